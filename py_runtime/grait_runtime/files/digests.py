"""The SHA-256 of a model folder's contents: changes with weights, configuration, tokenizer or chat template."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from grait_runtime.errors import RuntimeFault
from grait_runtime.files.home import grait_home
from grait_runtime.files.whole_file import write_whole

_WEIGHT_SUFFIXES = (".safetensors", ".bin", ".gguf")
_IDENTITY_SUFFIXES = (*_WEIGHT_SUFFIXES, ".json", ".jinja", ".model", ".txt")
_SMALL_BYTES = 1 << 20


def folder_digest(folder: Path, *, every_byte: bool = False) -> str:
    """SHA-256 (hex) over names and contents of a model or adapter folder's files; the folder's own name does not count.

    README files, images and code do not count either.
    """
    paths = (path for path in folder.iterdir() if path.is_file() and path.suffix in _IDENTITY_SUFFIXES)
    return files_digest(paths, every_byte=every_byte)


def files_digest(paths: Iterable[Path], *, every_byte: bool = False) -> str:
    """SHA-256 (hex) over the names and contents of files, in order of names."""
    digest = hashlib.sha256()
    for path in sorted(paths, key=lambda path: path.name):
        digest.update(f"{path.name}\0{file_digest(path, every_byte=every_byte)}\n".encode())
    return digest.hexdigest()


def file_digest(path: Path, *, every_byte: bool = False) -> str:
    """SHA-256 (hex) of a file. For a large file, GRAIT_HOME keeps it until the file is touched.

    `every_byte` reads the file all the same; RuntimeFault disk_failed if it has changed without being touched.
    """
    status = path.stat()
    if status.st_size <= _SMALL_BYTES:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    # The change time can't be set back, as archives and copies do with the time of modification.
    touched = f"{status.st_size}\0{status.st_mtime_ns}\0{status.st_ctime_ns}\0{status.st_ino}"
    kept = grait_home() / "digests" / hashlib.sha256(f"{path.resolve()}\0{touched}".encode()).hexdigest()
    known = None
    with contextlib.suppress(OSError):
        known = kept.read_text()
    if known is not None and not every_byte:
        return known
    with path.open("rb") as file:
        digest = _hash_stream(file.fileno())
    if known is not None:
        if known != digest:
            raise _decayed(path)
        return digest
    with contextlib.suppress(OSError):  # A read-only home only costs half a second per load.
        write_whole(kept, digest)
    return digest


def _decayed(path: Path) -> RuntimeFault:
    return RuntimeFault(
        "disk_failed",
        f"{path}: its bytes have changed since it was last read, though nothing has written it",
        hint="the disk or the memory may be failing; get the file anew from where it came from",
    )


def _hash_stream(descriptor: int) -> str:
    digest = hashlib.sha256()
    while chunk := os.read(descriptor, 1 << 22):
        digest.update(chunk)
    return digest.hexdigest()
