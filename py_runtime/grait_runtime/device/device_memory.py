"""How much memory a device has: the one fact about it that batch plans need. Imports no PyTorch."""

from __future__ import annotations

from typing import NamedTuple

from grait_runtime.contract import DeviceKind


class DeviceMemory(NamedTuple):
    """A device's kind and the memory on it that this process may use, bytes."""

    kind: DeviceKind
    total_bytes: int
