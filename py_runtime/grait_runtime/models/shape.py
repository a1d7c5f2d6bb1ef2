"""Reads the sizes of a loaded model that budgets depend on."""

from __future__ import annotations

from transformers import PreTrainedConfig

from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.planning.model_shape import ModelShape


def model_shape(loaded: LoadedModel) -> ModelShape:
    """The shape of a loaded model, from its configuration and dtype; of sizes that differ by layer, the largest."""
    config = loaded.weights.base.config.get_text_config()
    # State spaces have no heads, and no keys and values either.
    heads = _size(config, "num_attention_heads")
    hidden_size = int(config.hidden_size)
    return ModelShape(
        hidden_size=hidden_size,
        inner_size=_size(config, "intermediate_size") or 4 * hidden_size,
        layers=int(config.num_hidden_layers),
        kv_heads=_size(config, "num_key_value_heads") or heads,
        head_dim=_size(config, "head_dim") or (hidden_size // heads if heads else 0),
        vocabulary=int(config.vocab_size),
        itemsize=loaded.dtype.itemsize,
    )


def _size(config: PreTrainedConfig, name: str) -> int:
    """A size of the configuration, which may give one for all layers or one for each; 0 if it has none."""
    try:
        value = getattr(config, name, None)
    except Exception:  # transformers refuses to say one size where layers have their own
        layers = config.per_layer_config
        value = [getattr(layer, name, None) for layer in (layers.values() if isinstance(layers, dict) else layers)]
    sizes = value if isinstance(value, (list, tuple)) else [value]
    return max((int(size) for size in sizes if size), default=0)
