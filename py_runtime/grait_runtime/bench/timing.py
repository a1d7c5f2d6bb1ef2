"""Times work on a device and reports the results as JSON lines."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

import torch

#: Dense bfloat16 FLOP/s according to the manufacturer, by a word of the device's name.
_PEAK_FLOPS = {"H200": 989e12, "H100": 989e12, "A100": 312e12, "L40S": 362e12, "L4": 121e12}


def timed(work: Callable[[], object], device: torch.device) -> float:
    """Seconds until `work` is done, including its work on the device."""
    _wait(device)
    began = time.perf_counter()
    work()
    _wait(device)
    return time.perf_counter() - began


def report(**facts: object) -> None:
    """Write `facts` to stdout as one JSON line."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def peak_flops(device: torch.device) -> float | None:
    """The device's peak in bfloat16; None if unknown."""
    if device.type != "cuda":
        return None
    name = torch.cuda.get_device_name(device)
    return next((peak for word, peak in _PEAK_FLOPS.items() if word in name), None)


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
