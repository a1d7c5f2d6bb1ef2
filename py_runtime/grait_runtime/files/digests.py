"""The SHA-256 of a model folder's contents: changes with weights, configuration, tokenizer or chat template."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from grait_runtime.files.home import grait_home
from grait_runtime.files.whole_file import write_whole

_WEIGHT_SUFFIXES = (".safetensors", ".bin", ".gguf")
_IDENTITY_SUFFIXES = (*_WEIGHT_SUFFIXES, ".json", ".jinja", ".model", ".txt")
_SMALL_BYTES = 1 << 20


def folder_digest(folder: Path) -> str:
    """SHA-256 (hex) over names and contents of a model or adapter folder's files; the folder's own name does not count.

    README files, images and code do not count either.
    """
    return files_digest(path for path in folder.iterdir() if path.is_file() and path.suffix in _IDENTITY_SUFFIXES)


def files_digest(paths: Iterable[Path]) -> str:
    """SHA-256 (hex) over the names and contents of files, in order of names."""
    digest = hashlib.sha256()
    for path in sorted(paths, key=lambda path: path.name):
        digest.update(f"{path.name}\0{file_digest(path)}\n".encode())
    return digest.hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 (hex) of a file. For a large file, GRAIT_HOME caches it until the file's size or time changes."""
    status = path.stat()
    if status.st_size <= _SMALL_BYTES:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    key = hashlib.sha256(f"{path.resolve()}\0{status.st_size}\0{status.st_mtime_ns}".encode()).hexdigest()
    kept = grait_home() / "digests" / key
    try:
        return kept.read_text()
    except OSError:
        pass
    with path.open("rb") as file:
        digest = _hash_stream(file.fileno())
    with contextlib.suppress(OSError):  # A read-only home only costs half a second per load.
        write_whole(kept, digest)
    return digest


def _hash_stream(descriptor: int) -> str:
    digest = hashlib.sha256()
    while chunk := os.read(descriptor, 1 << 22):
        digest.update(chunk)
    return digest.hexdigest()
