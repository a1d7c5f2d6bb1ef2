"""Reads hidden states out of what a transformers model returns, by the number of the layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from transformers import PreTrainedModel

from grait_runtime.errors import RuntimeFault


def layer_states(module: PreTrainedModel, output: Any, layers: Sequence[int], at: Callable[[Tensor], Tensor]) -> Tensor:
    """States [Q, layers, H], float32; `at` takes [Q, H] out of a layer's [R, T, H].

    RuntimeFault model_unsupported if the model gives none, or of another form; invalid_request for a layer that it does
    not have.
    """
    states = getattr(output, "hidden_states", None)
    if not isinstance(states, tuple) or not all(isinstance(state, Tensor) and state.dim() == 3 for state in states):
        raise _unsupported(module, "gives no hidden states, one [rows, tokens, size] for each layer")
    last = len(states) - 1
    beyond = [layer for layer in layers if layer > last]
    if beyond:
        message = f"{type(module).__name__} has hidden states of layers 0 to {last}, but layers holds {max(beyond)}"
        raise RuntimeFault("invalid_request", message, hint="0 is the embeddings, and n is the output of layer n")
    sizes = sorted({states[layer].shape[-1] for layer in layers})
    if len(sizes) > 1:
        raise _unsupported(module, f"has layers of {' and '.join(map(str, sizes))} hidden units; ask for one at a time")
    return torch.stack([at(states[layer]) for layer in layers], dim=1).float()


def _unsupported(module: PreTrainedModel, what: str) -> RuntimeFault:
    return RuntimeFault("model_unsupported", f"{type(module).__name__} {what}")
