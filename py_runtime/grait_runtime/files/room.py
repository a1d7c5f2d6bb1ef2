"""Whether a disk has room for what is about to be written."""

from __future__ import annotations

import shutil
from pathlib import Path

from grait_runtime.errors import RuntimeFault


def require_room(folder: Path, needed: int, what: str) -> None:
    """RuntimeFault disk_full if the disk of `folder`, which need not exist yet, has fewer than `needed` bytes free."""
    there = next((path for path in (folder, *folder.parents) if path.is_dir()), Path("/"))
    free = shutil.disk_usage(there).free
    if free >= needed:
        return
    raise RuntimeFault(
        "disk_full",
        f"{what} needs {in_words(needed)} in {folder}, {in_words(free)} are free",
        hint="Free some space, or set HF_HOME to a folder on a disk that has it.",
        details={"folder": str(folder), "neededBytes": needed, "freeBytes": free},
    )


def in_words(size: int) -> str:
    """A number of bytes in words: 512 bytes, 1.2 MB, 15.3 GB."""
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} bytes"
