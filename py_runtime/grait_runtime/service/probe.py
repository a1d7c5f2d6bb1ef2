"""`python -m grait_runtime.service.probe`: describes the device and the packages that a runtime would compute with.

Results are stored under this description, so it is asked before each run, also where no runtime will be started.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

import msgspec

from grait_runtime.contract import Device
from grait_runtime.device.host_memory import usable_memory_bytes
from grait_runtime.device.versions import installed_versions
from grait_runtime.errors import RuntimeFault
from grait_runtime.service.handshake import describe_device, processor_name


def probe(device_name: str, threads: int | None) -> dict[str, Any]:
    """The versions and the device that the handshake of a runtime with these options would report."""
    versions = installed_versions()
    if threads is not None and _computes_on_cpu_alone(device_name, versions.get("torch", "")):
        return {"versions": versions, "device": Device("cpu", processor_name(), usable_memory_bytes(), threads)}
    if threads is not None:
        os.environ["OMP_NUM_THREADS"] = str(threads)
    import torch

    from grait_runtime.device.devices import pick_device

    if threads is not None:
        torch.set_num_threads(threads)
    return {"versions": versions, "device": describe_device(pick_device(device_name))}


def _computes_on_cpu_alone(device_name: str, torch_version: str) -> bool:
    """Whether the answer is known without importing PyTorch, which takes seconds: its CPU build finds no GPU.

    With OMP_THREAD_LIMIT there may be fewer threads than were asked for.
    """
    return device_name in ("auto", "cpu") and torch_version.endswith("+cpu") and "OMP_THREAD_LIMIT" not in os.environ


def main() -> None:
    """Print one JSON object: `versions` and `device`, or `fault` with code, message and hint."""
    parser = argparse.ArgumentParser(prog="python -m grait_runtime.service.probe", description=__doc__)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:N or mps")
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    try:
        found = probe(options.device, options.threads)
    except RuntimeFault as fault:
        found = {"fault": {"code": fault.code, "message": fault.message, "hint": fault.hint}}
    sys.stdout.write(msgspec.json.encode(found).decode() + "\n")


if __name__ == "__main__":
    main()
