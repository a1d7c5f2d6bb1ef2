"""How many tokens one forward and backward pass takes, from the kind of machine and the model's shape alone."""

from __future__ import annotations

from grait_runtime.models import LoadedModel
from grait_runtime.planning import default_token_budget

#: On a CPU more tokens at once gain nothing, but their activations leave its caches.
_CPU_CEILING = 2048
_GPU_CEILING = 65_536


def training_token_budget(loaded: LoadedModel) -> int:
    """Most tokens (rows x padded length) of one batch that is trained on or whose gradients are taken."""
    ceiling = _CPU_CEILING if loaded.device.type == "cpu" else _GPU_CEILING
    return default_token_budget(loaded.device, activation_bytes(loaded), ceiling=ceiling)


def activation_bytes(loaded: LoadedModel) -> int:
    """Roughly what a token keeps alive until its backward pass: about 16 hidden and 6 feed-forward vectors a layer,
    and its share of the logits (float32, three copies) where one token in four is a target.
    """
    config = loaded.weights.base.config.get_text_config()
    hidden = int(config.hidden_size)
    inner = int(getattr(config, "intermediate_size", None) or 4 * hidden)
    layers = int(config.num_hidden_layers) * (16 * hidden + 6 * inner) * loaded.dtype.itemsize
    return layers + 3 * int(config.vocab_size)
