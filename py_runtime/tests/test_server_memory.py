from __future__ import annotations

import os
from pathlib import Path

from grait_runtime.device.host_memory import cgroup_limits, usable_memory_bytes


def test_the_memory_is_no_more_than_the_machine_has() -> None:
    assert 2**26 < usable_memory_bytes() <= os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def test_the_limits_of_a_control_group_and_of_those_above_it_count(tmp_path: Path) -> None:
    group = tmp_path / "root" / "outer" / "inner"
    group.mkdir(parents=True)
    (group / "memory.max").write_text("max\n")
    (group.parent / "memory.max").write_text("4096\n")
    (tmp_path / "memory.max").write_text("1\n")
    membership = tmp_path / "cgroup"
    membership.write_text("1:name=systemd:/else\n0::/outer/inner\n")
    assert cgroup_limits(membership, tmp_path / "root") == [4096]


def test_without_control_groups_there_is_no_limit(tmp_path: Path) -> None:
    assert cgroup_limits(tmp_path / "missing", tmp_path) == []
