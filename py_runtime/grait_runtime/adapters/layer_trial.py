"""Tries which linear layers of a model see every token of a batch, in the order of its rows."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from grait_runtime.adapters.routed_experts import linear_layers
from grait_runtime.adapters.trial_tokens import trial_tokens

_ROWS, _LENGTH = 2, 7


@torch.no_grad()
def tokens_seen(module: PreTrainedModel) -> dict[str, list[int | None]]:
    """By linear layer: the number of tokens in each call of one pass; None for an output that is not one tensor.

    A layer with no call is not used, or other code reads its weights without calling it.
    """
    seen: dict[str, list[int | None]] = {name: [] for name, _ in linear_layers(module)}

    def note(name: str, layer: nn.Module, inputs: tuple[Any, ...], output: object) -> None:
        whole = isinstance(output, Tensor) and bool(inputs) and isinstance(inputs[0], Tensor)
        seen[name].append(inputs[0].numel() // inputs[0].shape[-1] if whole else None)

    with ExitStack() as stack:
        for name, layer in linear_layers(module):
            handle = layer.register_forward_hook(partial(note, name))
            stack.callback(handle.remove)
        module(input_ids=trial_tokens(module, _ROWS, _LENGTH), use_cache=False)
    return seen


def sees_every_token(calls: list[int | None]) -> bool:
    """Whether a layer was called once, with all tokens of the trial's batch."""
    return calls == [_ROWS * _LENGTH]
