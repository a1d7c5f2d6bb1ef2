"""Recognises out-of-memory errors, and frees the memory that a failed computation held."""

from __future__ import annotations

import gc
import sys

from grait_runtime.errors import RuntimeFault

#: What PyTorch's CPU allocator, the system, C++ and cuBLAS say.
_SIGNS = (
    "out of memory",
    "can't allocate memory",
    "cannot allocate memory",
    "not enough memory",
    "std::bad_alloc",
    "cublas_status_alloc_failed",
)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether `error` means out of memory. Allocators outside Python have no exception type for it, only a message."""
    torch = sys.modules.get("torch")
    if isinstance(error, MemoryError) or (torch is not None and isinstance(error, torch.OutOfMemoryError)):
        return True
    text = str(error).lower()
    return not isinstance(error, RuntimeFault) and any(sign in text for sign in _SIGNS)


def free_memory() -> None:
    """Free what a failed computation left behind: reference cycles keep tensors alive."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available() and torch.cuda.is_initialized():
        torch.cuda.empty_cache()
