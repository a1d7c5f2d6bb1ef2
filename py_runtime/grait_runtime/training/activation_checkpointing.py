"""Trades time for memory: computes a layer's activations again in the backward pass instead of keeping them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from torch.utils.checkpoint import checkpoint
from transformers import PreTrainedModel
from transformers.modeling_layers import GradientCheckpointingLayer

from grait_runtime.errors import RuntimeFault


@contextmanager
def checkpointed_layers(module: PreTrainedModel) -> Iterator[None]:
    """Inside, every layer that transformers can checkpoint keeps only its inputs; results stay the same, bit for bit.

    transformers' own switch works only in training mode, which would also turn on the base model's dropout.
    """
    layers = [layer for layer in module.modules() if isinstance(layer, GradientCheckpointingLayer)]
    if not layers:
        raise RuntimeFault(
            "model_unsupported",
            f"{type(module).__name__} has no layers that can be checkpointed",
            hint="train it with gradientCheckpointing false",
        )
    for layer in layers:
        layer.forward = partial(checkpoint, layer.forward, use_reentrant=False)
    try:
        yield
    finally:
        for layer in layers:
            del layer.forward  # uncovers the class's own method
