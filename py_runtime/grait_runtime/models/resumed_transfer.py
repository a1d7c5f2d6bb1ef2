"""One file from a server to its place, whole or not at all: a part that is there already is not fetched again."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from grait_runtime.errors import Cancelled, RuntimeFault, first_line

#: So many attempts in a row may bring less than `_GAIN` bytes.
_ATTEMPTS = 5
_GAIN = 8 << 20
_PAUSE_SECONDS = 0.2
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Transfer:
    """A file to fetch: what it is called in messages, where it is, how large, its SHA-256 (hex) and where it goes."""

    name: str
    url: str
    size: int
    sha256: str
    path: Path

    @property
    def part(self) -> Path:
        """What came so far."""
        return self.path.with_name(f"{self.path.name}.part")


def bytes_there(transfer: Transfer) -> int:
    """How many bytes of a file are on this machine."""
    for path in (transfer.path, transfer.part):
        with contextlib.suppress(OSError):
            return min(path.stat().st_size, transfer.size)
    return 0


def fetch_whole(transfer: Transfer, stop: threading.Event) -> None:
    """Fetch a file, from where an earlier transfer broke off; RuntimeFault model_not_found (retryable) if that fails.

    Its SHA-256 decides what is right. Where a continued file has another, the parts are of two files, or the server
    sent another part than was asked for: it is fetched once more from the beginning.
    """
    with transfer.part.open("ab") as file, _alone(file, stop):
        if transfer.path.exists():  # another process has fetched it meanwhile
            if file.tell() == 0:
                transfer.part.unlink(missing_ok=True)
            return
        pieces = int(file.tell() > 0) + _receive_rest(transfer, file, stop)
        if pieces > 1 and not _is_right(transfer, stop):
            file.truncate(0)
            _receive_rest(transfer, file, stop)
        if not _is_right(transfer, stop):
            file.truncate(0)
            raise RuntimeFault(
                "model_not_found",
                f"{transfer.name} came damaged: its SHA-256 is not {transfer.sha256}",
                hint="Try again; a proxy between here and the hub may change what passes through it.",
                retryable=True,
            )
        transfer.part.replace(transfer.path)


def _receive_rest(transfer: Transfer, file: BinaryIO, stop: threading.Event) -> int:
    """Receive what is missing; in how many pieces it came."""
    tag: str | None = None
    failed, pieces = 0, 0
    if file.seek(0, 2) > transfer.size:
        file.truncate(0)
    while (begun := file.seek(0, 2)) != transfer.size:
        cause: Exception | None = None
        pieces += 1
        try:
            tag = _receive(transfer, file, begun, tag, stop)
        except RuntimeFault:
            raise
        except Exception as error:
            if _is_final(error):
                raise
            cause = error
        came = file.seek(0, 2)
        if came > transfer.size:
            return pieces
        failed = 0 if came - begun >= _GAIN else failed + 1
        if came != transfer.size and failed == _ATTEMPTS:
            raise _broken_off(transfer, came, cause)
        if came != transfer.size and stop.wait(_PAUSE_SECONDS * 2**failed):
            raise Cancelled
    return pieces


def _receive(transfer: Transfer, file: BinaryIO, begun: int, tag: str | None, stop: threading.Event) -> str | None:
    """Append what a server sends from byte `begun` on. Returns its strong ETag."""
    from huggingface_hub import get_session
    from huggingface_hub.utils._headers import build_hf_headers
    from huggingface_hub.utils._http import hf_raise_for_status

    headers = {**build_hf_headers(), "Accept-Encoding": "identity"}
    if begun > 0:
        headers["Range"] = f"bytes={begun}-"
        if tag is not None:
            headers["If-Range"] = tag  # a file that has changed comes whole
    client: Any = get_session()
    with client.stream("GET", transfer.url, headers=headers, timeout=_timeout()) as response:
        if response.status_code == 416:  # what is there is of another file
            file.truncate(0)
            return None
        hf_raise_for_status(response)
        if begun > 0 and not _is_rest(response, begun, transfer.size):
            file.truncate(0)
            if response.status_code == 206:
                return None
        for chunk in response.iter_bytes():
            if stop.is_set():
                raise Cancelled
            _write(file, chunk)
            if file.tell() > transfer.size:
                break
        tag = response.headers.get("etag")
    return None if tag is None or tag.startswith("W/") else tag


def _write(file: BinaryIO, chunk: bytes) -> None:
    """Write at once, so that a full disk is told here; it is no failure of the connection."""
    try:
        file.write(chunk)
        file.flush()
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        raise RuntimeFault(
            "disk_full" if full else "disk_failed",
            f"{file.name}: {error.strerror}",
            hint="Free some space, or set HF_HOME to a folder on another disk; what came is kept.",
        ) from error


def _is_rest(response: Any, begun: int, size: int) -> bool:
    """Whether a server sends the part that was asked for, of a file of the right size."""
    told = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("content-range", ""))
    return response.status_code == 206 and told is not None and int(told[1]) == begun and told[2] in (str(size), "*")


def _timeout() -> float:
    from huggingface_hub import constants

    return float(constants.HF_HUB_DOWNLOAD_TIMEOUT)


def _is_final(error: Exception) -> bool:
    """The server answered, and asking again would give the same answer."""
    status = getattr(getattr(error, "response", None), "status_code", None)
    return isinstance(status, int) and 400 <= status < 500 and status not in (408, 429)


def _is_right(transfer: Transfer, stop: threading.Event) -> bool:
    digest = hashlib.sha256()
    with transfer.part.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if stop.is_set():
                raise Cancelled
            digest.update(chunk)
    return digest.hexdigest() == transfer.sha256


def _broken_off(transfer: Transfer, came: int, cause: Exception | None) -> RuntimeFault:
    why = "" if cause is None else f" ({first_line(cause)})"
    return RuntimeFault(
        "model_not_found",
        f"{transfer.name}: {came} of {transfer.size} bytes came{why}",
        hint="Try again: what came is kept, and the rest is asked for.",
        retryable=True,
    )


@contextlib.contextmanager
def _alone(file: BinaryIO, stop: threading.Event) -> Iterator[None]:
    """Keep other processes from writing the same part. Where locks don't work, the SHA-256 notices."""
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if stop.wait(_PAUSE_SECONDS):
                raise Cancelled from None
        except OSError:
            break
    yield
