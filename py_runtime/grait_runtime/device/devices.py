"""Chooses the device and dtype to compute with, and tells how much memory there is."""

from __future__ import annotations

import torch

from grait_runtime.contract import DeviceKind, DtypeName
from grait_runtime.device.device_memory import DeviceMemory
from grait_runtime.device.host_memory import usable_memory_bytes
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
    """The device for a name: auto (CUDA, else MPS, else CPU), cpu, cuda, cuda:N or mps. A missing one is refused."""
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda", torch.cuda.current_device())
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    kind, _, number = name.partition(":")
    if kind not in ("cpu", "cuda", "mps") or (":" in name and (kind != "cuda" or not number.isdecimal())):
        raise RuntimeFault("invalid_request", f"there is no device {name!r}", hint="use auto, cpu, cuda, cuda:N or mps")
    if kind == "cpu":
        return torch.device("cpu")
    there = torch.cuda.device_count() if kind == "cuda" else int(torch.backends.mps.is_available())
    if there == 0:
        raise RuntimeFault(
            "invalid_request", f"device {name} was requested, but PyTorch finds none", hint="use cpu or auto"
        )
    if kind == "mps":
        return torch.device("mps")
    if int(number or 0) >= there:
        raise RuntimeFault(
            "invalid_request",
            f"device {name} was requested, but PyTorch finds {there} (they are numbered from 0)",
            hint=f"use cuda:0{f' to cuda:{there - 1}' if there > 1 else ''}; CUDA_VISIBLE_DEVICES may hide others",
        )
    return torch.device("cuda", int(number) if number else torch.cuda.current_device())


def settle_kernels() -> None:
    """Choose among the kernels of a GPU, for the whole process.

    cuDNN's attention makes a plan for every shape it has not seen, which takes about a second. Batches have hundreds of
    shapes. It also has no deterministic backward pass.
    """
    torch.backends.cuda.enable_cudnn_sdp(False)


def auto_dtype(device: torch.device) -> torch.dtype:
    """bfloat16 if the hardware supports it (CUDA since Ampere, CPUs with AMX or AVX512-bf16), else float32 or float16.

    On an AVX2 CPU, bfloat16 is emulated at an eighth of float32's speed. A GPU without bfloat16 (T4, V100) computes
    float16 eight times as fast as float32, and has half the memory for it.
    """
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
    if device.type == "cpu" and (torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()):
        return torch.bfloat16
    return torch.float32


def device_kind(device: torch.device) -> DeviceKind:
    """The contract's name for a device."""
    return "cuda" if device.type == "cuda" else "mps" if device.type == "mps" else "cpu"


def device_memory(device: torch.device) -> DeviceMemory:
    """The memory that this process may use on a device: all of it, whatever is free, so that plans do not vary."""
    if device.type == "cuda":
        return DeviceMemory("cuda", int(torch.cuda.get_device_properties(device).total_memory))
    return DeviceMemory(device_kind(device), usable_memory_bytes())
