"""Folders that appear complete or not at all."""

from __future__ import annotations

import glob
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grait_runtime.errors import RuntimeFault


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A temporary folder beside `path`. It is renamed to `path` at the end, or removed on failure.

    `path` must be missing or an empty folder.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise RuntimeFault("invalid_request", f"{path} is not empty", hint="give an empty or missing folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=_prefix(path), dir=path.parent))
    try:
        yield partial
        partial.chmod(0o755)
        partial.replace(path)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def remove_unfinished(path: Path) -> None:
    """Remove what killed processes left of `path`. Only for a caller that knows that no other is writing it now."""
    for partial in path.parent.glob(f"{glob.escape(_prefix(path))}*"):
        shutil.rmtree(partial, ignore_errors=True)


def _prefix(path: Path) -> str:
    return f".{path.name}-"
