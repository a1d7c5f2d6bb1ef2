from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch

from grait_runtime.device.devices import device_memory
from grait_runtime.device.host_memory import cgroup_limits, usable_memory_bytes
from grait_runtime.planning.batches import default_token_budget


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


def test_the_limits_of_version_1_count_too_and_are_those_at_the_top_where_the_groups_own_folder_is_missing(
    tmp_path: Path,
) -> None:
    group = tmp_path / "memory" / "docker" / "abc"
    group.mkdir(parents=True)
    (group / "memory.limit_in_bytes").write_text("4096\n")
    (tmp_path / "memory" / "memory.limit_in_bytes").write_text("9223372036854771712\n")
    membership = tmp_path / "cgroup"
    membership.write_text("12:cpu,cpuacct:/docker/abc\n9:hugetlb,memory:/docker/abc\n1:name=systemd:/docker/abc\n")
    assert cgroup_limits(membership, tmp_path) == [4096, 9223372036854771712]
    membership.write_text("9:memory:/of/the/host\n")
    assert cgroup_limits(membership, tmp_path) == [9223372036854771712]


def test_a_batch_is_planned_for_the_memory_that_a_container_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    cpu = torch.device("cpu")
    assert device_memory(cpu) == ("cpu", usable_memory_bytes())
    monkeypatch.setattr("grait_runtime.device.host_memory.cgroup_limits", lambda *_: [1 << 26])
    assert device_memory(cpu) == ("cpu", 1 << 26)
    assert default_token_budget(device_memory(cpu), 1 << 13) == (1 << 26) // 8 // (1 << 13)


def test_without_control_groups_there_is_no_limit(tmp_path: Path) -> None:
    assert cgroup_limits(tmp_path / "missing", tmp_path) == []
