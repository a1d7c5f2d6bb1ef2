"""Recognises out-of-memory errors, and frees the memory that a failed computation held."""

from __future__ import annotations

import gc
import sys

from grait_runtime.errors import RuntimeFault

#: What PyTorch's CPU allocator, the system, C++, cuBLAS and cuDNN say; cuBLAS is not initialised where its workspace
#: finds no room.
_SIGNS = (
    "out of memory",
    "can't allocate memory",
    "cannot allocate memory",
    "not enough memory",
    "std::bad_alloc",
    "cublas_status_alloc_failed",
    "cublas_status_not_initialized",
    "cudnn_status_alloc_failed",
    "cudnn_status_internal_error_host_allocation_failed",
)
#: What CUDA says once and then to every call of the process, whatever it asks for.
_LOST = (
    "illegal memory access",
    "device-side assert",
    "unspecified launch failure",
    "misaligned address",
    "illegal instruction",
    "uncorrectable ecc error",
    "gpu has fallen off the bus",
)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether `error` means out of memory. Allocators outside Python have no exception type for it, only a message."""
    torch = sys.modules.get("torch")
    if isinstance(error, MemoryError) or (torch is not None and isinstance(error, torch.OutOfMemoryError)):
        return True
    text = str(error).lower()
    return not isinstance(error, RuntimeFault) and any(sign in text for sign in _SIGNS)


def is_device_lost(error: BaseException) -> bool:
    """Whether `error` leaves the GPU unusable for this process: only a new process can go on."""
    text = str(error).lower()
    return not isinstance(error, RuntimeFault) and "cuda" in text and any(sign in text for sign in _LOST)


def free_memory() -> None:
    """Free what a failed computation left behind: reference cycles keep tensors alive."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available() and torch.cuda.is_initialized():
        torch.cuda.empty_cache()
