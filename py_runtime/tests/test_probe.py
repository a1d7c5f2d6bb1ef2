"""What is known of a runtime before it is started."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from grait_runtime.device.versions import installed_versions
from grait_runtime.service import probe
from grait_runtime.service.handshake import describe_device, processor_name

ROOT = Path(__file__).parent.parent


def probed(*arguments: str, **environment: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "grait_runtime.service.probe", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("environment", [{}, {"OMP_THREAD_LIMIT": "64"}], ids=["short way", "asking PyTorch"])
def test_the_probe_says_what_the_handshake_says(environment: dict[str, str]) -> None:
    found = probed("--device", "cpu", "--threads", "2", **environment)
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        device = describe_device(torch.device("cpu"))
    finally:
        torch.set_num_threads(before)
    assert found["versions"] == installed_versions()
    assert found["device"] == {
        "kind": "cpu",
        "name": processor_name(),
        "memoryBytes": device.memory_bytes,
        "threads": 2,
    }


def test_the_name_of_a_processor_says_which_kernels_were_asked_for() -> None:
    name = probed("--device", "cpu", "--threads", "2", ATEN_CPU_CAPABILITY="default")["device"]["name"]
    assert "ATEN_CPU_CAPABILITY=default" in name
    assert name != probed("--device", "cpu", "--threads", "2")["device"]["name"]


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_device_that_is_missing_is_refused_as_the_runtime_refuses_it() -> None:
    found = probed("--device", "cuda")
    assert found["fault"]["code"] == "invalid_request"
    assert "finds none" in found["fault"]["message"]


def test_the_short_way_needs_no_pytorch() -> None:
    code = (
        "import sys; from grait_runtime.service import probe; "
        "probe.installed_versions = lambda: {'torch': '2.13.0+cpu'}; probe.probe('auto', 2); "
        "sys.exit('torch' in sys.modules)"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OMP_THREAD_LIMIT"}
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=False).returncode == 0


@pytest.mark.parametrize("version", ["2.13.0", "2.13.0+cu130"])
def test_a_build_that_may_find_a_gpu_is_asked(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_THREAD_LIMIT", raising=False)
    assert not probe._computes_on_cpu_alone("auto", version)
    assert probe._computes_on_cpu_alone("auto", "2.13.0+cpu")
