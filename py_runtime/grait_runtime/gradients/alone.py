"""The exact and slow way to LoRA gradients: one sample a pass, by autograd.

It needs nothing of an adapter but parameters: DoRA, embeddings and experts of a mixture have gradients too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from grait_runtime.adapters.lora_layers import lora_parameters
from grait_runtime.adapters.routed_experts import is_inside, routed_experts
from grait_runtime.errors import RuntimeFault
from grait_runtime.gradients.per_sample import GradientSink
from grait_runtime.losses.target_batch import TargetBatch
from grait_runtime.losses.target_loss import sample_losses


class AloneGradients:
    """Passes the gradients of every LoRA parameter for one sample to a sink."""

    def __init__(self, module: PreTrainedModel) -> None:
        self._module = module
        self._parameters = lora_parameters(module)
        experts = routed_experts(module)
        #: Parameters that a sample need not reach: those of experts that none of its tokens went to.
        self._optional = {
            name for name in self._parameters if is_inside(name.removeprefix("base_model.model."), experts)
        }

    def run(self, batch: TargetBatch, sink: GradientSink, scale: float = 1.0) -> None:
        """Run a `batch` of one sample forward and backward; `scale`: see losses/loss_scale.py."""
        parameters = list(self._parameters.values())
        with torch.enable_grad(), _trained(parameters):
            loss = sample_losses(self._module, batch).sum() * scale
            gradients = torch.autograd.grad(loss, parameters, allow_unused=True)
        for (name, parameter), gradient in zip(self._parameters.items(), gradients, strict=True):
            if gradient is None and name not in self._optional:
                raise _never_reached(name)
            given: Tensor = torch.zeros_like(parameter) if gradient is None else gradient
            sink(name, given.float().div(scale).reshape(-1, 1))


def _never_reached(name: str) -> RuntimeFault:
    layer = name.removeprefix("base_model.model.").partition(".lora_")[0]
    return RuntimeFault(
        "model_unsupported",
        f"the adapter's factors on {layer} have no gradient: the model does not call this layer when it computes",
        hint="train an adapter whose targets leave this layer out, for instance with all-linear",
        details={"parameter": name},
    )


@contextmanager
def _trained(parameters: Sequence[nn.Parameter]) -> Iterator[None]:
    before = [parameter.requires_grad for parameter in parameters]
    try:
        for parameter in parameters:
            parameter.requires_grad_(True)
        yield
    finally:
        for parameter, required in zip(parameters, before, strict=True):
            parameter.requires_grad_(required)
