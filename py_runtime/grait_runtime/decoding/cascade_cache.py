"""Keys and values of a common prefix, of each question after it, and of the rows that continue the questions.

To sample N answers to Q questions with a common prefix of P tokens, this stores P + Q*S + Q*N*T key-values instead of
Q*N*(P + S + T), without any copies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from transformers import Cache

from grait_runtime.decoding.score_form import ScoreForm

#: Keys and values of one layer; the class that holds them documents the dimensions.
KeyValues = tuple[Tensor, Tensor]
#: Attention of one layer in the current forward pass: (layer, query, keys, values, form of the scores) -> output.
Attend = Callable[[int, Tensor, Tensor, Tensor, ScoreForm], Tensor]


class CascadeCache(Cache):
    """The cache that a forward pass gives each layer. Its `attend` knows what the layer's tokens may see."""

    def __init__(self, attend: Attend, seen: int, window: int | None) -> None:
        super().__init__(layers=[])
        self.attend = attend
        #: No row is longer; None: rows may have any length, so no layer may have a window.
        self.window = window
        self._seen = seen

    def update(
        self, key_states: Tensor, value_states: Tensor, layer_idx: int, *args: Any, **kwargs: Any
    ) -> tuple[Tensor, Tensor]:
        """Return the layer's new keys and values unchanged; `attend` has the rest."""
        return key_states, value_states

    def get_seq_length(self, layer_idx: int = 0) -> int:
        return self._seen


@dataclass
class PrefixKeys:
    """Keys and values of the tokens that all prompts begin with: [Hkv, P, D] per layer."""

    length: int = 0
    layers: dict[int, KeyValues] = field(default_factory=dict)


@dataclass
class QuestionKeys:
    """Keys and values of each question after the prefix: [Q, Hkv, S, D] per layer, contiguous, right-padded."""

    #: [Q]: tokens of each.
    lengths: Tensor
    layers: dict[int, KeyValues] = field(default_factory=dict)

    @property
    def longest(self) -> int:
        return next(iter(self.layers.values()))[0].shape[2] if self.layers else 0

    def select(self, questions: Tensor) -> None:
        """Keep only these, in this order."""
        self.lengths = self.lengths.index_select(0, questions)
        self.layers = _mapped(self.layers, lambda keys: keys.index_select(0, questions))

    def append(self, more: QuestionKeys) -> None:
        """Add questions after the existing ones."""
        longest = max(self.longest, more.longest)
        for layer, added in more.layers.items():
            here = self.layers.get(layer)
            parts = [added] if here is None else [here, added]
            keys, values = (torch.cat([_padded(part[side], longest) for part in parts]) for side in (0, 1))
            self.layers[layer] = (keys, values)
        self.lengths = torch.cat([self.lengths, more.lengths])


@dataclass
class RowKeys:
    """Keys and values of each row's own tokens so far: [R, Hkv, capacity, D] per layer, contiguous."""

    #: [R]: tokens of each.
    lengths: Tensor
    capacity: int = 0
    layers: dict[int, KeyValues] = field(default_factory=dict)

    def add_rows(self, count: int) -> None:
        """Add `count` rows without tokens after the existing ones."""
        self.lengths = torch.cat([self.lengths, self.lengths.new_zeros(count)])
        self.layers = _mapped(
            self.layers, lambda buffer: torch.cat([buffer, buffer.new_zeros(count, *buffer.shape[1:])])
        )

    def select(self, rows: Tensor) -> None:
        """Keep only these, in this order."""
        self.lengths = self.lengths.index_select(0, rows)
        self.layers = _mapped(self.layers, lambda buffer: buffer.index_select(0, rows))

    def make_room(self) -> None:
        """Make room for one more token in every row."""
        needed = int(self.lengths.max()) + 1
        if needed > self.capacity:
            self.capacity = max(4, needed, min(2 * self.capacity, self.capacity + 64))
            self.layers = _mapped(self.layers, lambda buffer: _padded(buffer, self.capacity))

    def put(self, layer: int, keys: Tensor, values: Tensor) -> KeyValues:
        """Append one token's keys and values [R, Hkv, 1, D] to each row; return the layer's whole buffers."""
        if layer not in self.layers:
            shape = (keys.shape[0], keys.shape[1], self.capacity, keys.shape[3])
            self.layers[layer] = (keys.new_zeros(shape), values.new_zeros(shape))
        rows = torch.arange(len(self.lengths), device=keys.device)
        buffers = self.layers[layer]
        buffers[0][rows, :, self.lengths] = keys[:, :, 0]
        buffers[1][rows, :, self.lengths] = values[:, :, 0]
        return buffers


def _mapped(layers: dict[int, KeyValues], change: Callable[[Tensor], Tensor]) -> dict[int, KeyValues]:
    """Every layer's keys and values, changed."""
    return {layer: (change(keys), change(values)) for layer, (keys, values) in layers.items()}


def _padded(buffer: Tensor, tokens: int) -> Tensor:
    """Extend to [.., tokens, D] with zeros: an attention weight of 0 times zero is 0."""
    missing = tokens - buffer.shape[2]
    return torch.nn.functional.pad(buffer, (0, 0, 0, missing)) if missing else buffer
