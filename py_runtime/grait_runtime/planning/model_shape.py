"""The sizes of a model that decide how much memory a batch needs."""

from __future__ import annotations

from typing import NamedTuple


class ModelShape(NamedTuple):
    """Sizes of a decoder-only transformer; `itemsize` is the number of bytes per weight."""

    hidden_size: int
    inner_size: int
    layers: int
    kv_heads: int
    head_dim: int
    vocabulary: int
    itemsize: int
