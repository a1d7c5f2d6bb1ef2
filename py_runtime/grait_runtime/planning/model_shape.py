"""The shape of a model, as far as the memory of a batch depends on it."""

from __future__ import annotations

from typing import NamedTuple


class ModelShape(NamedTuple):
    """Sizes of a decoder-only transformer; `itemsize` is the bytes of one number of its weights."""

    hidden: int
    inner: int
    layers: int
    kv_heads: int
    head_dim: int
    vocabulary: int
    itemsize: int
