"""A client's first call: checks that both sides use the same contract, and describes the runtime."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING

from grait_runtime import __version__
from grait_runtime.contract import PROTOCOL_VERSION, Device, HandshakeRequest, HandshakeResult
from grait_runtime.device.versions import installed_versions
from grait_runtime.errors import RuntimeFault
from grait_runtime.schema import contract_hash

if TYPE_CHECKING:
    import torch


def describe_runtime(device_name: str) -> HandshakeResult:
    """Describe the runtime's versions and devices. Imports torch."""
    from grait_runtime.device.devices import auto_dtype, dtype_name, pick_device

    device = pick_device(device_name)
    return HandshakeResult(
        protocol=PROTOCOL_VERSION,
        contract_hash=contract_hash(),
        versions=installed_versions(),
        device=describe_device(device),
        dtype=dtype_name(auto_dtype(device)),
        pid=os.getpid(),
    )


def describe_device(device: torch.device) -> Device:
    """A device, its name and memory, and the number of threads. Imports torch."""
    import torch

    from grait_runtime.device.devices import device_kind, device_memory

    name = torch.cuda.get_device_name(device) if device.type == "cuda" else processor_name()
    return Device(device_kind(device), name, device_memory(device).total_bytes, torch.get_num_threads())


def check_contract(request: HandshakeRequest) -> None:
    """Refuse a client with another contract, and name both sides' versions. Imports nothing heavy."""
    ours = contract_hash()
    if request.protocol == PROTOCOL_VERSION and request.contract_hash == ours:
        return
    raise RuntimeFault(
        "protocol_mismatch",
        f"{request.client} speaks protocol {request.protocol} (contract {request.contract_hash[:12]}), "
        f"this runtime (grait_runtime {__version__}) speaks protocol {PROTOCOL_VERSION} (contract {ours[:12]})",
        hint="Both sides must come from the same release: run `grait setup`, or update grait_runtime.",
        details={
            "client": {"protocol": request.protocol, "contractHash": request.contract_hash},
            "runtime": {"protocol": PROTOCOL_VERSION, "contractHash": ours},
        },
    )


# What decides which kernels PyTorch and its libraries take: their results differ in the last bits.
_INSTRUCTION_SETS = ("avx2", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "sve", "bf16")
_KERNEL_VARIABLES = (
    "ATEN_CPU_CAPABILITY",
    "ONEDNN_MAX_CPU_ISA",
    "DNNL_MAX_CPU_ISA",
    "MKL_ENABLE_INSTRUCTIONS",
    "MKL_CBWR",
)


def processor_name() -> str:
    """The processor's model and what decides its kernels: "AMD EPYC (avx2, avx512f; ATEN_CPU_CAPABILITY=default)"."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    name = facts.get("model name") or platform.processor() or platform.machine()
    flags = set(facts.get("flags", facts.get("Features", "")).split())
    sets = ", ".join(name for name in _INSTRUCTION_SETS if name in flags)
    chosen = ", ".join(f"{name}={os.environ[name]}" for name in _KERNEL_VARIABLES if name in os.environ)
    kernels = "; ".join(part for part in (sets, chosen) if part)
    return f"{name} ({kernels})" if kernels else name
