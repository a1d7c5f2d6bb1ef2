"""Memory that ran out: how it is known, and how what took it is given back."""

from __future__ import annotations

import gc
import sys

_SIGNS = ("out of memory", "can't allocate memory", "cannot allocate memory")


def is_out_of_memory(error: BaseException) -> bool:
    """PyTorch's CPU allocator has no type of its own for it, only words."""
    text = str(error).lower()
    return is_of_memory_type(error) or (isinstance(error, RuntimeError) and any(sign in text for sign in _SIGNS))


def is_of_memory_type(error: BaseException) -> bool:
    """Whether the type alone says that memory ran out; a process without torch has no such type of its."""
    torch = sys.modules.get("torch")
    return isinstance(error, MemoryError) or (torch is not None and isinstance(error, torch.OutOfMemoryError))


def free_memory() -> None:
    """Give back what a computation left behind that did not end by itself; reference cycles keep tensors alive."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available() and torch.cuda.is_initialized():
        torch.cuda.empty_cache()
