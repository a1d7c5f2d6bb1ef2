"""The memory this process may use: the machine's, or less if a control group limits it."""

from __future__ import annotations

import os
from pathlib import Path

_CGROUP_V2 = Path("/sys/fs/cgroup")
_CGROUP_V1 = Path("/sys/fs/cgroup/memory/memory.limit_in_bytes")


def usable_memory_bytes() -> int:
    """Main memory this process may use, bytes."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *cgroup_limits(Path("/proc/self/cgroup"), _CGROUP_V2), *_limit(_CGROUP_V1)])


def cgroup_limits(membership: Path, root: Path) -> list[int]:
    """The memory limits, in bytes, of the process's own cgroup v2 and its parents; `max` means no limit."""
    try:
        lines = membership.read_text().splitlines()
    except OSError:
        return []
    own = next((line.removeprefix("0::/") for line in lines if line.startswith("0::/")), None)
    if own is None:
        return []
    group = root / own
    return [
        limit
        for folder in (group, *group.parents)
        if folder.is_relative_to(root)
        for limit in _limit(folder / "memory.max")
    ]


def _limit(file: Path) -> list[int]:
    try:
        text = file.read_text().strip()
    except OSError:
        return []
    return [int(text)] if text.isdigit() else []
