"""Reads the sizes of a loaded model that budgets depend on."""

from __future__ import annotations

from collections.abc import Sequence

from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.planning.model_shape import ModelShape


def model_shape(loaded: LoadedModel) -> ModelShape:
    """The shape of a loaded model, from its configuration and dtype."""
    config = loaded.weights.base.config.get_text_config()
    # State spaces have no heads, and no keys and values either.
    heads = int(getattr(config, "num_attention_heads", None) or 0)
    hidden_size = int(config.hidden_size)
    return ModelShape(
        hidden_size=hidden_size,
        inner_size=_largest(getattr(config, "intermediate_size", None) or 4 * hidden_size),
        layers=int(config.num_hidden_layers),
        kv_heads=_largest(getattr(config, "num_key_value_heads", None) or heads),
        head_dim=int(getattr(config, "head_dim", None) or (hidden_size // heads if heads else 0)),
        vocabulary=int(config.vocab_size),
        itemsize=loaded.dtype.itemsize,
    )


def _largest(sizes: int | Sequence[int]) -> int:
    """A configuration gives one size for all layers, or a list of them."""
    return int(sizes) if isinstance(sizes, int) else max(sizes)
