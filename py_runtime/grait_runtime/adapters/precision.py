"""In which precision an adapter's layers compute on a base of half precision: in the base's own, without detours."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from transformers import PreTrainedModel

from grait_runtime.adapters.lora_layers import lora_pairs


def leave_inputs_as_they_are(module: PreTrainedModel) -> None:
    """Stop PEFT from copying the inputs of layers in training to float32, to no effect: autocast brings them back.

    The copies are kept for the backward pass, each layer its own; the inputs themselves are shared. What is computed is
    the same, bit for bit. Where a mask drops inputs on a CPU, PEFT's way stays: there the mask's factor is rounded to
    the dtype of what it is multiplied with.
    """
    if module.dtype == torch.float32:
        return
    for pair in lora_pairs(module):
        dropout: Any = pair.layer.lora_dropout["default"]
        if isinstance(dropout, nn.Identity) or module.device.type == "cuda":
            pair.layer.cast_input_dtype_enabled = False


def take_base_dtype(module: PreTrainedModel) -> None:
    """Give LoRA factors that are not trained the dtype of a half-precision base: the products that training makes too.

    Left in float32, every adapted layer would compute in float32 and copy its inputs for it.
    """
    if module.dtype == torch.float32:
        return
    for pair in lora_pairs(module):
        for factor in (pair.a, pair.b):
            factor.weight.data = factor.weight.data.to(module.dtype)
