"""Says through which window a model's layers look back, and narrows it, so that a short row goes beyond it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from transformers import DynamicCache, PreTrainedModel
from transformers.cache_utils import DynamicSlidingWindowLayer

#: What configurations and layers call the number of tokens that a layer looks back on.
_NAMES = ("sliding_window", "attention_chunk_size")


def cache_layers(module: PreTrainedModel) -> Sequence[object]:
    """The layers of the model's cache; none if it has a cache of its own kind."""
    try:
        return DynamicCache(config=module.config.get_text_config()).layers
    except Exception:
        return []


def window_of(module: PreTrainedModel) -> int | None:
    """The number of tokens that every layer looks back on; None: all."""
    windows = [layer.sliding_window for layer in cache_layers(module) if isinstance(layer, DynamicSlidingWindowLayer)]
    return min(windows, default=None)


@contextmanager
def narrow_window(module: PreTrainedModel, tokens: int) -> Iterator[bool]:
    """Inside, the model looks back on `tokens` tokens, and so does its cache; False if that could not be brought about.

    Masks and caches are made from the configuration at every pass, so setting it narrows both.
    """
    holders: dict[int, Any] = {id(layer): layer for layer in module.modules()}
    configs = [getattr(layer, "config", None) for layer in module.modules()]
    holders |= {id(config): config for config in [*configs, module.config.get_text_config()] if config is not None}
    before: list[tuple[Any, str, int]] = []
    try:
        for holder in holders.values():
            for name in _NAMES:
                width = vars(holder).get(name)
                if type(width) is int and width > tokens:
                    setattr(holder, name, tokens)
                    before.append((holder, name, width))
        narrowed = [layer for layer in cache_layers(module) if isinstance(layer, DynamicSlidingWindowLayer)]
        yield bool(narrowed) and all(layer.sliding_window <= tokens for layer in narrowed)
    finally:
        for holder, name, width in before:
            setattr(holder, name, width)
