"""How many tokens one forward and backward pass takes, from the kind of machine and the model's shape alone."""

from __future__ import annotations

import torch

from grait_runtime.planning.batches import default_token_budget
from grait_runtime.planning.model_shape import ModelShape

#: On a CPU more tokens at once gain nothing, but their activations leave its caches.
_CPU_CEILING = 2048
_GPU_CEILING = 65_536


def training_token_budget(shape: ModelShape, device: torch.device) -> int:
    """Most tokens (rows x padded length) of one batch that is trained on or whose gradients are taken."""
    ceiling = _CPU_CEILING if device.type == "cpu" else _GPU_CEILING
    return default_token_budget(device, activation_bytes(shape), ceiling=ceiling)


def activation_bytes(shape: ModelShape) -> int:
    """Roughly what a token keeps alive until its backward pass: about 16 hidden and 6 feed-forward vectors a layer,
    and its share of the logits (float32, three copies) where one token in four is a target.
    """
    layers = shape.layers * (16 * shape.hidden + 6 * shape.inner) * shape.itemsize
    return layers + 3 * shape.vocabulary
