"""Tries which linear layers of a model see every token of a batch, in the order of its rows, and get a gradient."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from grait_runtime.adapters.routed_experts import linear_layers
from grait_runtime.adapters.trial_tokens import trial_tokens
from grait_runtime.device.memory_failure import is_out_of_memory

_ROWS, _LENGTH = 2, 7


@dataclass
class LayerUse:
    """How one pass over the trial's batch uses a linear layer."""

    #: The number of tokens in each call; None for an output that is not one tensor. A layer with no call is not used,
    #: or other code reads its weights without calling it.
    calls: list[int | None] = field(default_factory=list)
    #: Whether a gradient of the model's output arrives at the layer's. None arrives where the output only chooses what
    #: is read, or where the layer works on longer rows.
    has_gradient: bool = False

    @property
    def sees_every_token(self) -> bool:
        """Whether the layer was called once, with all tokens."""
        return self.calls == [_ROWS * _LENGTH]


def layer_uses(module: PreTrainedModel) -> dict[str, LayerUse]:
    """How one pass uses each linear layer, by its name."""
    uses = {name: LayerUse() for name, _ in linear_layers(module)}

    def note(use: LayerUse, layer: nn.Module, inputs: tuple[Any, ...], output: object) -> Tensor | None:
        whole = isinstance(output, Tensor) and bool(inputs) and isinstance(inputs[0], Tensor)
        use.calls.append(inputs[0].numel() // inputs[0].shape[-1] if whole else None)
        if not isinstance(output, Tensor) or not output.is_floating_point():
            return None
        output.requires_grad_().register_hook(lambda gradient: setattr(use, "has_gradient", True))
        # A copy: what requires a gradient must not be changed in place, as some models do.
        return output.clone()

    with ExitStack() as stack:
        stack.enter_context(torch.inference_mode(False))
        stack.enter_context(torch.enable_grad())
        for name, layer in linear_layers(module):
            stack.callback(layer.register_forward_hook(partial(note, uses[name])).remove)
        logits = module(input_ids=trial_tokens(module, _ROWS, _LENGTH), use_cache=False).logits
        try:
            logits.float().sum().backward()
        except Exception as error:
            if is_out_of_memory(error):
                raise
            for use in uses.values():  # what has no backward pass says so when it is trained
                use.has_gradient = True
    return uses
