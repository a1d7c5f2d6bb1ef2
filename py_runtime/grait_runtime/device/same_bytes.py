"""Makes forward and backward passes on a CUDA device give the same bytes every time.

The backward pass of fused attention adds with atomics, in whatever order its blocks finish, unless PyTorch is told to
use deterministic algorithms. The switch is the whole process's, and inside it some operations are refused that only
generation needs. So it is on for one pass at a time, and off whenever another call may compute.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

import torch
from torch import nn

#: Kinds of devices whose usual kernels add in an order of their own.
_NEEDED_ON = ("cuda",)
#: How PyTorch refuses an operation that has no deterministic kernel.
_REFUSAL = "does not have a deterministic implementation"

#: PyTorch's module of this name; its switch is a property that type checkers don't see.
_memory: Any = torch.utils.deterministic

#: Models that use such an operation; see `exempt`.
_exempted: WeakSet[nn.Module] = WeakSet()


@contextmanager
def same_bytes(module: nn.Module, device: torch.device) -> Iterator[None]:
    """Inside, a forward and backward pass of `module` is deterministic. On a CPU it is anyway, and nothing changes.

    Do not let other calls compute inside.
    """
    if device.type not in _NEEDED_ON or module in _exempted:
        yield
        return
    enabled = torch.are_deterministic_algorithms_enabled()
    warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    filled = _memory.fill_uninitialized_memory
    _switch(True, False)
    # The default writes NaN into all fresh memory, which only shows who reads it unwritten.
    _memory.fill_uninitialized_memory = False
    try:
        yield
    finally:
        _switch(enabled, warn_only)
        _memory.fill_uninitialized_memory = filled


def _switch(enabled: bool, warn_only: bool) -> None:
    # torch.use_deterministic_algorithms tells its compiler too; importing that takes seconds, and nothing is compiled.
    torch._C._set_deterministic_algorithms(enabled, warn_only=warn_only)


def exempt(module: nn.Module) -> None:
    """Let `module` be computed as it comes: it uses an operation that has no deterministic kernel."""
    _exempted.add(module)


def refused_operation(error: BaseException) -> str | None:
    """The operation for which PyTorch has no deterministic kernel; None: the error is another."""
    text = str(error)
    return text.partition(_REFUSAL)[0].split()[-1] if isinstance(error, RuntimeError) and _REFUSAL in text else None
