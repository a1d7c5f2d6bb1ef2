"""Files and folders that appear complete or not at all."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from grait_runtime.errors import RuntimeFault
from grait_runtime.files.digests import file_digest
from grait_runtime.files.output_folder import new_folder
from grait_runtime.files.whole_file import write_whole


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def small_files_only() -> Iterator[None]:
    """No file may grow beyond 4 KiB, as on a full disk: not even one that pytest's own output goes to."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    for text in ("old", "new"):
        write_whole(tmp_path / "a" / "b", text)
    assert (tmp_path / "a" / "b").read_text() == "new"
    assert names_in(tmp_path / "a") == ["b"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    write_whole(tmp_path / "b", "old")
    with pytest.raises(OSError, match="File too large"), small_files_only():
        write_whole(tmp_path / "b", "x" * 10_000)
    assert (tmp_path / "b").read_text() == "old"
    assert names_in(tmp_path) == ["b"]


def test_a_folder_that_cannot_be_filled_is_gone(tmp_path: Path) -> None:
    with (
        pytest.raises(OSError, match="File too large"),
        small_files_only(),
        new_folder(tmp_path / "out") as partial,
    ):
        (partial / "weights").write_bytes(bytes(10_000))
    assert names_in(tmp_path) == []


def test_a_digest_is_told_where_it_cannot_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a file").write_text("")
    monkeypatch.setenv("GRAIT_HOME", str(tmp_path / "a file"))
    (tmp_path / "weights").write_bytes(bytes(2 << 20))
    assert len(file_digest(tmp_path / "weights")) == 64


def test_a_file_replaced_by_one_of_the_same_size_and_time_has_another_digest(tmp_path: Path) -> None:
    weights, other = tmp_path / "weights", tmp_path / "other"
    for path, byte in ((weights, b"a"), (other, b"b")):
        path.write_bytes(byte * (2 << 20))
        os.utime(path, ns=(0, 0))
    before = file_digest(weights)
    other.replace(weights)
    assert file_digest(weights) != before


def test_a_byte_that_changes_without_a_write_is_found_when_every_byte_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAIT_HOME", str(tmp_path / "home"))
    weights = tmp_path / "weights"
    weights.write_bytes(bytes(2 << 20))
    assert file_digest(weights) == file_digest(weights, every_byte=True)
    (kept,) = (tmp_path / "home" / "digests").iterdir()
    kept.write_text("what it had before")  # No test can change a byte below the file system.
    assert file_digest(weights) == "what it had before"
    with pytest.raises(RuntimeFault, match="weights: its bytes have changed") as fault:
        file_digest(weights, every_byte=True)
    assert fault.value.code == "disk_failed"
