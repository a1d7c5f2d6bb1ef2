"""Transfers that break off, servers that send something else than was asked for, and disks that are too small."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from grait_runtime.errors import Cancelled, RuntimeFault
from grait_runtime.files.room import in_words, require_room
from grait_runtime.models import hub_download, resumed_transfer
from grait_runtime.models.resumed_transfer import Transfer, bytes_there, fetch_whole
from tests.contexts import InterruptedContext, RecordingContext
from tests.models.hub_server import Hub, HubRepository, serving

COMMIT = "c" * 40
WEIGHTS = "model.safetensors"
CONTENT = bytes(range(256)) * 200


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    folder = tmp_path / "published"
    folder.mkdir()
    (folder / WEIGHTS).write_bytes(CONTENT)
    monkeypatch.setattr(resumed_transfer, "_PAUSE_SECONDS", 0)
    with serving({"tiny/model": HubRepository({"main": COMMIT}, {COMMIT: folder})}) as hub:
        yield hub


def transfer(hub: Hub, folder: Path) -> Transfer:
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    url = f"{hub.url}/tiny/model/resolve/{COMMIT}/{WEIGHTS}"
    return Transfer("model.safetensors", url, len(CONTENT), sha256, folder / sha256)


def ranges(hub: Hub) -> list[str]:
    """The part of the weights that each request asked for; empty: all of it."""
    return [[*request.split(" "), ""][2] for request in hub.requests]


def fetched(hub: Hub, folder: Path) -> bytes:
    asked = transfer(hub, folder)
    fetch_whole(asked, threading.Event())
    assert not asked.part.exists()
    return asked.path.read_bytes()


def test_what_broke_off_goes_on_where_it_stood(hub: Hub, tmp_path: Path) -> None:
    hub.cut[WEIGHTS] = (1000, 2)
    assert fetched(hub, tmp_path) == CONTENT
    assert ranges(hub) == ["", "bytes=1000-", "bytes=2000-"]


def test_what_does_not_come_through_is_kept_for_the_next_time(hub: Hub, tmp_path: Path) -> None:
    hub.cut[WEIGHTS] = (1000, 5)
    with pytest.raises(RuntimeFault, match=f"5000 of {len(CONTENT)} bytes came") as failed:
        fetch_whole(transfer(hub, tmp_path), threading.Event())
    assert failed.value.retryable
    assert bytes_there(transfer(hub, tmp_path)) == 5000
    hub.requests.clear()
    assert fetched(hub, tmp_path) == CONTENT
    assert ranges(hub) == ["bytes=5000-"]


@pytest.mark.parametrize("lie", ["ignored", "other"])
def test_a_server_that_sends_another_part_than_was_asked_for_is_read_from_the_beginning(
    hub: Hub, tmp_path: Path, lie: str
) -> None:
    hub.cut[WEIGHTS] = (1000, 1)
    hub.ranges[WEIGHTS] = lie
    assert fetched(hub, tmp_path) == CONTENT


def test_parts_of_two_files_are_noticed_and_the_file_is_fetched_anew(hub: Hub, tmp_path: Path) -> None:
    transfer(hub, tmp_path).part.write_bytes(b"of a file that was there before")
    assert fetched(hub, tmp_path) == CONTENT
    assert ranges(hub) == ["bytes=31-", ""]


def test_a_part_longer_than_the_file_is_no_part_of_it(hub: Hub, tmp_path: Path) -> None:
    transfer(hub, tmp_path).part.write_bytes(CONTENT + b"more")
    assert fetched(hub, tmp_path) == CONTENT


def test_other_bytes_than_the_hub_tells_of_never_get_the_name_of_the_file(hub: Hub, tmp_path: Path) -> None:
    hub.instead[WEIGHTS] = (bytes(len(CONTENT)), 9)
    with pytest.raises(RuntimeFault, match="came damaged"):
        fetch_whole(transfer(hub, tmp_path), threading.Event())
    assert not transfer(hub, tmp_path).path.exists()
    assert bytes_there(transfer(hub, tmp_path)) == 0


def test_a_cancelled_transfer_ends(hub: Hub, tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        fetch_whole(transfer(hub, tmp_path), stop)


def test_a_disk_without_room_is_told_before_the_first_byte(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    with pytest.raises(RuntimeFault) as fault:
        require_room(tmp_path / "not" / "made", free + 10**12, "hub:tiny/model")
    assert fault.value.code == "disk_full"
    for part in (str(tmp_path / "not" / "made"), in_words(free + 10**12), "hub:tiny/model", "HF_HOME"):
        assert part in f"{fault.value.message} {fault.value.hint}"


def test_several_files_tell_how_far_they_are_together(hub: Hub, tmp_path: Path) -> None:
    seen = RecordingContext()
    hub_download._fetch_all("hub:tiny/model", [transfer(hub, tmp_path)], tmp_path, seen)
    assert seen.progressed[-1] == (len(CONTENT), len(CONTENT), "bytes")
    other = Transfer("x", f"{hub.url}/x", 1, "0" * 64, tmp_path / "x")
    with pytest.raises(Cancelled):
        hub_download._fetch_all("hub:tiny/model", [other], tmp_path, InterruptedContext(0))


def test_a_file_of_the_cache_that_is_not_what_it_is_called_is_named(tmp_path: Path) -> None:
    blobs = tmp_path / "blobs"
    blobs.mkdir()
    small = b"{}"
    of_git = hashlib.sha1(b"blob 2\0{}").hexdigest()
    names = [hashlib.sha256(CONTENT).hexdigest(), of_git, hashlib.sha1(small).hexdigest(), "not-a-hash"]
    for name, content in zip(names, (CONTENT, small, small, b"?"), strict=True):
        (blobs / name).write_bytes(content)
        (tmp_path / f"{name}.json").symlink_to(blobs / name)
        hub_download.require_as_named("tiny/model", tmp_path / f"{name}.json")
    for name in names[:3]:
        (blobs / name).write_bytes(b"!" + (blobs / name).read_bytes()[1:])
        with pytest.raises(RuntimeFault, match=f"damaged: the hash of {blobs / name}"):
            hub_download.require_as_named("tiny/model", tmp_path / f"{name}.json")
