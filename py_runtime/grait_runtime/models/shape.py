"""The integers of a loaded model that budgets need."""

from __future__ import annotations

from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.planning.model_shape import ModelShape


def model_shape(loaded: LoadedModel) -> ModelShape:
    """The shape of a loaded model, from its configuration and dtype."""
    config = loaded.weights.base.config.get_text_config()
    heads = int(config.num_attention_heads)
    hidden = int(config.hidden_size)
    return ModelShape(
        hidden=hidden,
        inner=int(getattr(config, "intermediate_size", None) or 4 * hidden),
        layers=int(config.num_hidden_layers),
        kv_heads=int(getattr(config, "num_key_value_heads", None) or heads),
        head_dim=int(getattr(config, "head_dim", None) or hidden // heads),
        vocabulary=int(config.vocab_size),
        itemsize=loaded.dtype.itemsize,
    )
