"""Sets the tokens of one forward and backward pass, from the kind of machine and the model's shape alone."""

from __future__ import annotations

from grait_runtime.device.device_memory import DeviceMemory
from grait_runtime.planning.batches import default_token_budget
from grait_runtime.planning.model_shape import ModelShape

#: On a CPU, more tokens at once gain nothing: their activations no longer fit its caches.
_CPU_CEILING = 2048
#: ... nor on a GPU, which is busy with fewer.
GPU_CEILING = 65_536


def training_token_budget(shape: ModelShape, memory: DeviceMemory) -> int:
    """Maximum tokens (rows x padded length) per batch for training or gradients."""
    ceiling = _CPU_CEILING if memory.kind == "cpu" else GPU_CEILING
    return default_token_budget(memory, activation_bytes(shape), ceiling=ceiling)


def activation_bytes(shape: ModelShape) -> int:
    """Approximate memory that a token needs until its backward pass.

    About 16 hidden and 6 feed-forward vectors per layer, and its share of the logits (float32, three copies) if one
    token in four is a target.
    """
    layers = shape.layers * (16 * shape.hidden_size + 6 * shape.inner_size) * shape.itemsize
    return layers + 3 * shape.vocabulary
