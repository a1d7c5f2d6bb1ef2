"""Tries whether a model's fused attention computes what its written-out attention does, and takes the latter if not."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from transformers import PreTrainedModel

from grait_runtime.decoding.whole_decoder import whole_pass
from grait_runtime.device.memory_failure import is_out_of_memory
from grait_runtime.errors import RuntimeFault
from grait_runtime.planning.token_rows import TokenIds
from grait_runtime.trials.close import agree

_TOKENS = 24


@torch.inference_mode()
def settle_attention(module: PreTrainedModel, vocabulary: int) -> bool:
    """Whether fused attention agrees with transformers' "eager"; if not, the module computes eagerly from now on.

    A fused kernel may leave out what a model's attention has beyond the usual: soft caps, sinks, biases. RuntimeFault
    model_unsupported if the two are of different kinds: one sees the tokens to come, the other doesn't.
    """
    chosen = module.config._attn_implementation
    if chosen == "eager":
        return True
    row = (np.arange(1, _TOKENS + 1) * 104_729 % vocabulary).astype(np.int32)
    fused, cut = _pass(module, row), _pass(module, row[: _TOKENS // 2])
    try:
        module.set_attn_implementation("eager")
    except ValueError:
        return True  # there is only one implementation
    written_out = _pass(module, row)
    if written_out is None or (fused is not None and agree(fused, written_out, module.dtype)):
        module.set_attn_implementation(chosen)
        return True
    if fused is not None and cut is not None and not agree(cut, fused[: _TOKENS // 2], module.dtype):
        raise RuntimeFault(
            "model_unsupported",
            f"{type(module).__name__} reads a prompt in both directions ({chosen}), and only forwards (eager): "
            "which of them is meant cannot be told",
            hint="its answers depend on how the prompt is marked; use a causal language model",
        )
    return False


def _pass(module: PreTrainedModel, row: TokenIds) -> Tensor | None:
    """The logits of every token; None if the model cannot be computed with its present attention."""
    try:
        return whole_pass(module, row, 0)
    except Exception as error:
        if is_out_of_memory(error):
            raise
        return None
