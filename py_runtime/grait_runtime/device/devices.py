"""Chooses the device and dtype to compute with, and tells how much memory there is."""

from __future__ import annotations

import os

import torch

from grait_runtime.contract import DtypeName
from grait_runtime.errors import RuntimeFault

DTYPES: dict[DtypeName, torch.dtype] = {
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}


def dtype_name(dtype: torch.dtype) -> DtypeName:
    """The contract's name for a floating-point dtype."""
    for name, value in DTYPES.items():
        if value == dtype:
            return name
    raise RuntimeFault("model_unsupported", f"weights of {dtype} are not supported", hint="load with dtype float32")


def pick_device(name: str = "auto") -> torch.device:
    """The device for a name. `auto`: CUDA, else MPS, else CPU. A named device that is missing is refused."""
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda", torch.cuda.current_device())
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    device = torch.device(name)
    if device.type == "cuda" and not torch.cuda.is_available():
        raise RuntimeFault(
            "invalid_request", "device cuda was requested, but PyTorch finds none", hint="use cpu or auto"
        )
    if device.type == "mps" and not torch.backends.mps.is_available():
        raise RuntimeFault(
            "invalid_request", "device mps was requested, but PyTorch finds none", hint="use cpu or auto"
        )
    return device


def auto_dtype(device: torch.device) -> torch.dtype:
    """bfloat16 if the hardware supports it (CUDA since Ampere, CPUs with AMX or AVX512-bf16), else float32.

    On an AVX2 CPU, bfloat16 is emulated at an eighth of float32's speed.
    """
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float32
    if device.type == "cpu" and (torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()):
        return torch.bfloat16
    return torch.float32


def total_memory_bytes(device: torch.device) -> int:
    """The device's total memory (not its free memory, so that plans do not vary between runs)."""
    if device.type == "cuda":
        return int(torch.cuda.get_device_properties(device).total_memory)
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
