"""Memory that is reused batch after batch: fresh pages cost more than the arithmetic on them."""

from __future__ import annotations

import math

import torch
from torch import Tensor


class Scratch:
    """Uninitialised float32 tensors by name; taking a name again invalidates the tensor returned before."""

    def __init__(self) -> None:
        self._held: dict[str, Tensor] = {}

    def take(self, name: str, shape: tuple[int, ...], device: torch.device) -> Tensor:
        """A contiguous tensor of `shape` with undefined contents."""
        size = math.prod(shape)
        held = self._held.get(name)
        if held is None or held.numel() < size or held.device != device:
            held = self._held[name] = torch.empty(size, device=device)
        return held[:size].view(shape)
