"""Random projections of gradients to d dimensions that preserve inner products (Johnson-Lindenstrauss).

Each projection is linear. Its matrix for a parameter depends only on (parameter name, its size, d, seed), not on the
batch, the order, the device or the number of workers. Values come as [n, b] (coordinates of one parameter, samples)
and are added into [d, b]; a sample's features are a sum over the parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import Protocol

import torch
from torch import Tensor
from torch.nn.functional import embedding, embedding_bag

from grait_runtime.contract import ProjectionSettings
from grait_runtime.device.counter_random import below, signs, stream_key, words_at
from grait_runtime.errors import RuntimeFault

#: Maximum number of dense projection signs in memory at once: 4 MiB, which stays in a core's cache.
_TILE_SIGNS = 1 << 20


class Projection(Protocol):
    """A linear map R^(all parameters) -> R^dim, applied parameter by parameter."""

    dim: int

    def add(self, name: str, values: Tensor, features: Tensor) -> None:
        """Add the projection of `values` float32 [n, b] of parameter `name` to `features` [dim, b].

        `values` is overwritten.
        """


def make_projection(settings: ProjectionSettings, sizes: Mapping[str, int], device: torch.device) -> Projection:
    """The projection of `settings` for parameters of these sizes (numbers of coordinates, by name)."""
    if settings.kind == "none":
        return NoProjection(sizes)
    if settings.dim < 1:
        raise RuntimeFault("invalid_request", f"projection.dim is {settings.dim}", hint="it must be at least 1")
    if settings.kind == "sjlt":
        if settings.sparsity < 1:
            message = f"projection.sparsity is {settings.sparsity}"
            raise RuntimeFault("invalid_request", message, hint="it must be at least 1")
        return SparseProjection(settings.dim, settings.sparsity, settings.seed, sizes, device)
    return RademacherProjection(settings.dim, settings.seed, device)


class SparseProjection:
    """Sparse JL (Kane and Nelson, "Sparser Johnson-Lindenstrauss transforms", JACM 2014, block construction).

    The d rows are cut into s blocks (s: `sparsity`, at most d). A coordinate goes to one random row of each block, with
    one random sign, divided by sqrt(s). The s rows of a coordinate share the sign; this keeps the expectation exact and
    the variance within a factor 1 + s^2/d. A row's entries are added in the table's order (`embedding_bag` over
    sorted rows, no atomics), so the sum has the same bits on every run, on a GPU too.
    """

    def __init__(self, dim: int, sparsity: int, seed: int, sizes: Mapping[str, int], device: torch.device) -> None:
        self.dim = dim
        nonzeros = min(sparsity, dim)
        self._tables = {name: _sparse_table(name, size, dim, nonzeros, seed, device) for name, size in sizes.items()}

    def add(self, name: str, values: Tensor, features: Tensor) -> None:
        scales, coordinates, offsets = self._tables[name]
        values.mul_(scales)
        features.add_(embedding_bag(coordinates, values, offsets, mode="sum"))


class RademacherProjection:
    """Dense projection by +-1, unscaled (like TRAK's), generated in tiles from a counter and never stored whole.

    The sign of (row k, coordinate j) is bit j mod 64 of word k * ceil(n / 64) + j div 64 of the parameter's stream.
    """

    def __init__(self, dim: int, seed: int, device: torch.device) -> None:
        self.dim = dim
        self._seed = seed
        #: [256, 8]: the eight signs in a byte.
        bits = torch.arange(256)[:, None] >> torch.arange(8)[None, :]
        self._signs_of_byte = (1.0 - 2.0 * (bits & 1).to(torch.float32)).to(device)

    def add(self, name: str, values: Tensor, features: Tensor) -> None:
        words = -(-values.shape[0] // 64)
        wide = min(words, _TILE_SIGNS // 64)
        high = max(1, _TILE_SIGNS // (64 * wide))
        for row in range(0, self.dim, high):
            rows = min(high, self.dim - row)
            for word in range(0, words, wide):
                columns = min(wide, words - word)
                part = values[word * 64 : (word + columns) * 64]
                tile = self.tile(name, words, row, rows, word, columns)[:, : part.shape[0]]
                features[row : row + rows].addmm_(tile, part)

    def tile(self, name: str, words: int, row: int, rows: int, word: int, columns: int) -> Tensor:
        """Signs of `rows` rows, starting at `row`, and `columns` words of 64 coordinates, starting at `word`.

        float32 [rows, 64 * columns]; `words` is the number of words of a whole row.
        """
        device = self._signs_of_byte.device
        key = stream_key(name, self._seed, "rademacher")
        first = torch.arange(row, row + rows, device=device)[:, None] * words
        drawn = words_at(key, first + torch.arange(word, word + columns, device=device)[None, :])
        return embedding(drawn.view(torch.uint8).to(torch.int32), self._signs_of_byte).reshape(rows, -1)


class NoProjection:
    """No projection: all gradients, flattened and concatenated in sorted order of the parameter names."""

    def __init__(self, sizes: Mapping[str, int]) -> None:
        ends = list(accumulate(sizes[name] for name in sorted(sizes)))
        self.dim = ends[-1]
        self._ranges = {name: slice(end - sizes[name], end) for name, end in zip(sorted(sizes), ends, strict=True)}

    def add(self, name: str, values: Tensor, features: Tensor) -> None:
        features[self._ranges[name]].add_(values)


def _sparse_table(
    name: str, size: int, dim: int, nonzeros: int, seed: int, device: torch.device
) -> tuple[Tensor, Tensor, Tensor]:
    """(scales [n, 1] of +-1/sqrt(s), coordinates int32 [n * s] in order of rows, where each row's begin int32 [d])."""
    counters = torch.arange(size, device=device)
    scales = signs(words_at(stream_key(name, seed, "sjlt-sign"), counters)) * nonzeros**-0.5
    rows = []
    for block in range(nonzeros):
        first, last = block * dim // nonzeros, (block + 1) * dim // nonzeros
        rows.append(first + below(words_at(stream_key(name, seed, f"sjlt-row-{block}"), counters), last - first))
    in_order, entries = torch.sort(torch.cat(rows), stable=True)
    offsets = torch.searchsorted(in_order, torch.arange(dim, device=device))
    return scales[:, None], (entries % size).to(torch.int32), offsets.to(torch.int32)
