"""Tries the kernels that make a model fast on a CUDA device, and says which of them gives way and why."""

from __future__ import annotations

import logging

import torch

from grait_runtime.contract import ModelCheck
from grait_runtime.device.fast_kernels import why_no_fused_adam, why_no_packed_attention, why_no_wide_products
from grait_runtime.planning.model_shape import ModelShape

_log = logging.getLogger(__name__)


def fast_paths(device: torch.device, dtype: torch.dtype, shape: ModelShape) -> ModelCheck:
    """The check `kernels` of a model on a CUDA device."""
    reasons = {
        "prompts that share a beginning are padded": why_no_packed_attention(device, dtype, shape.head_dim),
        "gradients of samples are multiplied in float32": why_no_wide_products(device, dtype),
        "Adam's direction takes several passes over memory": why_no_fused_adam(device),
    }
    slower = [f"{what} ({why})" for what, why in reasons.items() if why is not None]
    if not slower:
        return ModelCheck("kernels", "right", "every fast path of this device is used")
    message = "; ".join(slower)
    _log.warning("a fast path is not used: %s", message)
    return ModelCheck("kernels", "slower", message)
