"""Tries whether a model can be trained and have gradients with the same bytes every time on a CUDA device."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from grait_runtime.adapters.trial_tokens import trial_tokens
from grait_runtime.device.memory_failure import is_out_of_memory
from grait_runtime.device.same_bytes import exempt, refused_operation, same_bytes

_ROWS, _LENGTH = 2, 7


def settle_repeatability(module: PreTrainedModel, device: torch.device) -> str | None:
    """The operation that keeps a forward and backward pass from giving the same bytes; None: there is none.

    A model with one is computed as it comes from now on, instead of being refused.
    """

    def require(embeddings: nn.Module, inputs: Any, output: Tensor) -> Tensor:
        return output.detach().requires_grad_().clone()

    handle = module.get_input_embeddings().register_forward_hook(require)
    try:
        with torch.enable_grad(), same_bytes(module, device):
            ids = trial_tokens(module, _ROWS, _LENGTH)
            module(input_ids=ids, use_cache=False).logits.float().sum().backward()
    except Exception as error:
        operation = refused_operation(error)
        if is_out_of_memory(error):
            raise
        if operation is not None:
            exempt(module)
        return operation  # what else is wrong is told by training or gradients, when they are asked for
    finally:
        handle.remove()
    return None
