"""The memory this process may use: the machine's, or less if a control group limits it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_CGROUPS = Path("/sys/fs/cgroup")


def usable_memory_bytes() -> int:
    """Main memory this process may use, bytes."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *cgroup_limits(Path("/proc/self/cgroup"), _CGROUPS)])


def cgroup_limits(membership: Path, root: Path) -> list[int]:
    """The memory limits, in bytes, of the process's own control group and its parents; version 1 or 2.

    Version 2 says `max` where there is no limit, version 1 a number larger than any machine's memory.
    """
    try:
        lines = membership.read_text().splitlines()
    except OSError:
        return []
    return [limit for line in lines for file in _limit_files(line, root) for limit in _limit(file)]


def _limit_files(line: str, root: Path) -> Iterator[Path]:
    """The files that can limit memory for one line of /proc/self/cgroup, `hierarchy:controllers:/group`."""
    hierarchy, _, rest = line.partition(":")
    controllers, _, group = rest.partition(":")
    if hierarchy == "0" and not controllers:
        top, name = root, "memory.max"
    elif "memory" in controllers.split(","):
        top, name = root / "memory", "memory.limit_in_bytes"
    else:
        return
    # In a container, the group's own path may be missing; its limit is then in the folder at the top.
    own = top / group.lstrip("/")
    for folder in (own, *own.parents):
        if folder.is_relative_to(top):
            yield folder / name


def _limit(file: Path) -> list[int]:
    try:
        text = file.read_text().strip()
    except OSError:
        return []
    return [int(text)] if text.isdigit() else []
