"""Says which parameters the forward pass of a model takes: not every architecture has the usual ones."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache

from transformers import PreTrainedModel

#: What models call the parameter for their cache, the usual name first.
_CACHES = ("past_key_values", "cache_params")


def takes(module: PreTrainedModel, parameter: str) -> bool:
    """Whether the model's forward pass names this parameter."""
    return parameter in _parameters(type(module).forward)


def cache_parameter(module: PreTrainedModel) -> str:
    """The name of the parameter that takes a cache."""
    return next((name for name in _CACHES if takes(module, name)), _CACHES[0])


@cache
def _parameters(forward: Callable[..., object]) -> frozenset[str]:
    return frozenset(inspect.signature(forward).parameters)
