"""The identity of a computation: what decides the bytes of a result, beside the request and its settings."""

from __future__ import annotations

import torch

from grait_runtime.device.devices import device_kind, dtype_name
from grait_runtime.device.versions import computing_versions
from grait_runtime.models.hub import gguf_on_hub
from grait_runtime.models.loaded_model import LoadedModel


def model_identity(loaded: LoadedModel) -> dict[str, str]:
    """By name: the weights' revision, and everything in `machine_identity`."""
    kind, _, name = loaded.source.partition(":")
    packages = ["gguf"] if kind == "gguf" or (kind == "hub" and gguf_on_hub(name)) else []
    packages += ["bitsandbytes"] if loaded.quantized else []
    return {"weights": loaded.revision, **machine_identity(loaded.device, loaded.dtype, *packages)}


def machine_identity(device: torch.device, dtype: torch.dtype, *packages: str) -> dict[str, str]:
    """By name: dtype, kind of device, number of threads (on a CPU), and the version of every package that computes.

    `packages` are those that compute only for some models.
    """
    identity: dict[str, str] = {"dtype": dtype_name(dtype), "device": device_kind(device)}
    if device.type == "cpu":
        identity["threads"] = str(torch.get_num_threads())
    return identity | computing_versions(*packages)
