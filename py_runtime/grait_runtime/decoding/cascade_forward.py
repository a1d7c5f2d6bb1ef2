"""Runs a transformers model with the attention of a `CascadeCache`.

It plugs into transformers' AttentionInterface: the cache gives each layer its new keys and values unchanged, and the
registered attention function asks the cache to attend over these and everything stored elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from torch import Tensor
from transformers import AttentionInterface, PreTrainedModel

from grait_runtime.decoding.cascade_cache import CascadeCache
from grait_runtime.decoding.score_form import ScoreForm

_NAME = "grait_cascade"
#: Attention variants that this one does not support; a layer that asks for one is refused.
_UNSUPPORTED = ("s_aux", "position_bias", "head_mask", "attn_bias")


class UnsupportedAttention(Exception):
    """The model's attention is not plain causal softmax attention, with or without a soft cap."""


def cascade_forward(
    module: PreTrainedModel, cache: CascadeCache, input_ids: Tensor, position_ids: Tensor, logits_to_keep: Tensor | int
) -> Tensor:
    """Logits of `input_ids` [R, T] at `position_ids` [R, T], with the attention of `cache`.

    `logits_to_keep`: the last n of the T (0: all), or the places [n] among them.
    """
    logits: Tensor = cascade_output(module, cache, input_ids, position_ids, logits_to_keep).logits
    return logits


def cascade_output(
    module: PreTrainedModel,
    cache: CascadeCache,
    input_ids: Tensor,
    position_ids: Tensor,
    logits_to_keep: Tensor | int,
    **more: bool,
) -> Any:
    """What `cascade_forward` computes, with all that the model gives beside it; `more` goes to the model."""
    with _active(cache), _cascade_attention_of(module):
        return module(
            input_ids=input_ids,
            position_ids=position_ids,
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=logits_to_keep,
            **more,
        )


_current: CascadeCache | None = None


@contextmanager
def _active(cache: CascadeCache) -> Iterator[None]:
    """Remember the cache in use: transformers passes none to attention functions (there is one compute thread)."""
    global _current
    _current = cache
    try:
        yield
    finally:
        _current = None


@contextmanager
def _cascade_attention_of(module: PreTrainedModel) -> Iterator[None]:
    config = module.config.get_text_config()
    before = config._attn_implementation
    config._attn_implementation_internal = _NAME
    try:
        yield
    finally:
        config._attn_implementation_internal = before


def _attention(
    module: Any, query: Tensor, key: Tensor, value: Tensor, attention_mask: Tensor | None, **extras: Any
) -> tuple[Tensor, None]:
    """The function that AttentionInterface calls in every layer; returns [R, T, H, D]."""
    wanted = [name for name in _UNSUPPORTED if extras.get(name) is not None]
    window = extras.get("sliding_window")
    # While a row fits the window, every token sees all before it, as without a window.
    if window is not None and (_current is None or _current.window is None or window < _current.window):
        wanted.append(f"a window of {window} tokens")
    if _current is None or wanted or attention_mask is not None:
        raise UnsupportedAttention(f"{type(module).__name__} asks for {', '.join(wanted) or 'a mask'}")
    scaling = extras.get("scaling")
    scale = float(scaling) if scaling is not None else query.shape[-1] ** -0.5
    output = _current.attend(module.layer_idx, query, key, value, ScoreForm(scale, extras.get("softcap")))
    return output.transpose(1, 2).contiguous(), None


AttentionInterface.register(_NAME, _attention)
