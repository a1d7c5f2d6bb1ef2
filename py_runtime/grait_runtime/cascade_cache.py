"""Attention over keys and values that many rows share: a common prefix, the row's question, and the row's own tokens.

Sampling N answers to Q questions with a common prefix of P tokens needs P + Q*S + Q*N*T key-values this way, instead
of Q*N*(P + S + T), and no copy of them. The scores of the three segments go through one softmax, so the result is
that of ordinary causal attention.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention
from transformers import Cache

from grait_runtime.packing import Packing


@dataclass
class _Segment:
    """Keys and values of one layer: [rows, key-value heads, capacity, head dim], `length` of the capacity in use."""

    keys: Tensor
    values: Tensor
    length: int

    def append(self, keys: Tensor, values: Tensor) -> None:
        needed = self.length + keys.shape[2]
        if needed > self.keys.shape[2]:
            self.keys = _grown(self.keys, self.length, needed)
            self.values = _grown(self.values, self.length, needed)
        self.keys[:, :, self.length : needed] = keys
        self.values[:, :, self.length : needed] = values
        self.length = needed

    def used(self) -> tuple[Tensor, Tensor]:
        return self.keys[:, :, : self.length], self.values[:, :, : self.length]

    def select(self, rows: Tensor) -> None:
        keys, values = self.used()
        self.keys, self.values = keys.index_select(0, rows), values.index_select(0, rows)


class CascadeCache(Cache):
    """Keys and values of one prefix (1 row), of questions (Q rows) and of the rows being extended (R rows)."""

    def __init__(self) -> None:
        super().__init__(layers=[])
        self.prefix: dict[int, _Segment] = {}
        self.questions: dict[int, _Segment] = {}
        self.own: dict[int, _Segment] = {}
        self.prefix_length = 0
        #: [Q]: tokens of each question after the prefix; None before the questions are in.
        self.question_lengths: Tensor | None = None
        #: False: keys and values of the forward in progress are not kept.
        self.keep_new = True
        #: How the rows of the forward in progress lie in its input; None: as they are.
        self.packing: Packing | None = None
        self._slots: Tensor | None = None
        self._slots_per_question = 1
        self._padding: Tensor | None = None

    def update(
        self, key_states: Tensor, value_states: Tensor, layer_idx: int, *args: Any, **kwargs: Any
    ) -> tuple[Tensor, Tensor]:
        """The layer's new keys and values as they are; `attend` reads the rest from here."""
        return key_states, value_states

    def get_seq_length(self, layer_idx: int = 0) -> int:
        own = self.own.get(layer_idx)
        return self.prefix_length + (own.length if own is not None else 0)

    def end_prefix(self) -> None:
        """What was computed so far (one row) is the prefix of all questions."""
        self.prefix, self.own = self.own, {}
        self.prefix_length = self.prefix[min(self.prefix)].length

    def end_questions(self, lengths: Tensor) -> None:
        """What was computed since the prefix are the questions, right-padded; `lengths` [Q] counts their tokens."""
        self.questions, self.own = self.own, {}
        self.question_lengths = lengths

    def assign(self, question_of_row: Tensor) -> None:
        """Start rows without tokens of their own; `question_of_row` [R], ascending, indexes the questions."""
        self.own = {}
        self._place(question_of_row)

    def keep_rows(self, rows: Tensor, question_of_row: Tensor) -> None:
        """Drop all rows but `rows`; `question_of_row` belongs to those that stay."""
        for segment in self.own.values():
            segment.select(rows)
        self._place(question_of_row)

    def keep_questions(self, questions: Tensor) -> None:
        """Drop all questions but these, whose indices become 0, 1, ...; `keep_rows` or `assign` must follow."""
        assert self.question_lengths is not None
        for segment in self.questions.values():
            segment.select(questions)
        self.question_lengths = self.question_lengths.index_select(0, questions)

    def attend(self, layer: int, query: Tensor, keys: Tensor, values: Tensor, scaling: float) -> Tensor:
        """Causal attention of `query` [R, H, T, D] over all it may see; packed rows as [1, H, N, D]. Same shape out."""
        if self.packing is None:
            return self._attend_rows(layer, query, keys, values, scaling)
        unpack = self.packing.unpack
        return self.packing.pack(self._attend_rows(layer, unpack(query), unpack(keys), unpack(values), scaling))

    def _attend_rows(self, layer: int, query: Tensor, keys: Tensor, values: Tensor, scaling: float) -> Tensor:
        own = self.own.get(layer)
        if own is not None:
            own.append(keys, values)
            keys, values = own.used()
        elif self.keep_new:
            self.own[layer] = _Segment(keys, values, keys.shape[2])
        if self.question_lengths is None:
            return _prefill_attention(query, keys, values, self.prefix.get(layer), scaling)
        return self._extend_attention(layer, query, keys, values, scaling)

    def _extend_attention(self, layer: int, query: Tensor, keys: Tensor, values: Tensor, scaling: float) -> Tensor:
        rows, heads, tokens, dim = query.shape
        kv_heads = keys.shape[1]
        # Query heads of one key-value head side by side: [R, Hkv, G*T, D]; token t of group g is row g*T + t.
        grouped = (query * scaling).reshape(rows, kv_heads, (heads // kv_heads) * tokens, dim)
        prefix = self.prefix.get(layer)
        parts = [self._question_scores(layer, grouped), _own_scores(grouped, keys, tokens)]
        if prefix is not None:
            parts.insert(0, _shared_scores(grouped, prefix.keys[0, :, : prefix.length]))
        weights = torch.softmax(torch.cat(parts, dim=-1), dim=-1, dtype=torch.float32).to(query.dtype)
        split = weights.split([part.shape[-1] for part in parts], dim=-1)
        output: Tensor = split[-1] @ values + self._question_values(layer, split[-2])
        if prefix is not None:
            output = output + _shared_scores(split[0], prefix.values[0, :, : prefix.length].transpose(1, 2))
        return output.reshape(rows, heads, tokens, dim)

    def _question_scores(self, layer: int, grouped: Tensor) -> Tensor:
        """[R, Hkv, G*T, D] -> scores against each row's question [R, Hkv, G*T, S], padding at -inf."""
        keys, _ = self.questions[layer].used()
        scores = self._from_slots(self._to_slots(grouped) @ keys.transpose(2, 3), grouped)
        assert self._padding is not None
        return scores.masked_fill_(self._padding[:, None, None, :], float("-inf"))

    def _question_values(self, layer: int, weights: Tensor) -> Tensor:
        _, values = self.questions[layer].used()
        return self._from_slots(self._to_slots(weights) @ values, weights)

    def _place(self, question_of_row: Tensor) -> None:
        """Give each row a slot of its question's, so that one batched product serves all rows of a question."""
        assert self.question_lengths is not None
        questions, device = len(self.question_lengths), question_of_row.device
        counts = torch.bincount(question_of_row, minlength=questions)
        first = torch.cumsum(counts, 0) - counts
        rank = torch.arange(len(question_of_row), device=device) - first[question_of_row]
        self._slots_per_question = int(counts.max())
        slots = question_of_row * self._slots_per_question + rank
        full = len(question_of_row) == questions * self._slots_per_question
        self._slots = None if full else slots
        longest = self.questions[min(self.questions)].length
        positions = torch.arange(longest, device=device)
        self._padding = positions[None, :] >= self.question_lengths[question_of_row][:, None]

    def _to_slots(self, rows: Tensor) -> Tensor:
        """[R, Hkv, A, B] -> [Q, Hkv, slots*A, B], empty slots zero."""
        _, heads, first, second = rows.shape
        assert self.question_lengths is not None
        questions, per = len(self.question_lengths), self._slots_per_question
        if self._slots is not None:
            padded = rows.new_zeros(questions * per, heads, first, second)
            rows = padded.index_copy_(0, self._slots, rows)
        by_question = rows.reshape(questions, per, heads, first, second).transpose(1, 2)
        return by_question.reshape(questions, heads, per * first, second)

    def _from_slots(self, slots: Tensor, like: Tensor) -> Tensor:
        """[Q, Hkv, slots*A, C] -> [R, Hkv, A, C], with A of `like` [R, Hkv, A, B]."""
        questions, heads, _, width = slots.shape
        per, first = self._slots_per_question, like.shape[2]
        rows = slots.reshape(questions, heads, per, first, width).transpose(1, 2)
        rows = rows.reshape(questions * per, heads, first, width)
        return rows if self._slots is None else rows.index_select(0, self._slots)


def _prefill_attention(query: Tensor, keys: Tensor, values: Tensor, prefix: _Segment | None, scaling: float) -> Tensor:
    """Causal attention of right-padded rows over the prefix and themselves."""
    grouped = query.shape[1] != keys.shape[1]
    if prefix is None:
        return scaled_dot_product_attention(query, keys, values, is_causal=True, scale=scaling, enable_gqa=grouped)
    rows, tokens = query.shape[0], query.shape[2]
    shared_keys, shared_values = prefix.used()
    keys = torch.cat([shared_keys.expand(rows, -1, -1, -1), keys], dim=2)
    values = torch.cat([shared_values.expand(rows, -1, -1, -1), values], dim=2)
    visible = torch.ones(tokens, keys.shape[2], dtype=torch.bool, device=query.device).tril(prefix.length)
    mask = visible[None, None]
    return scaled_dot_product_attention(query, keys, values, attn_mask=mask, scale=scaling, enable_gqa=grouped)


def _own_scores(grouped: Tensor, keys: Tensor, tokens: int) -> Tensor:
    """Scores [R, Hkv, G*T, own] of the last `tokens` positions against the row's own keys, the future at -inf."""
    scores = grouped @ keys.transpose(2, 3)
    if tokens > 1:
        length = keys.shape[2]
        visible = torch.ones(tokens, length, dtype=torch.bool, device=keys.device).tril(length - tokens)
        groups = scores.shape[2] // tokens
        scores = scores.masked_fill(~visible.repeat(groups, 1), float("-inf"))
    return scores


def _shared_scores(rows: Tensor, shared: Tensor) -> Tensor:
    """Every row against the same [Hkv, N, D], as one product: [R, Hkv, A, D] -> [R, Hkv, A, N]."""
    count, heads, first, dim = rows.shape
    flat = rows.transpose(0, 1).reshape(heads, count * first, dim)
    return (flat @ shared.transpose(1, 2)).reshape(heads, count, first, -1).transpose(0, 1)


def _grown(buffer: Tensor, length: int, needed: int) -> Tensor:
    rows, heads, _, dim = buffer.shape
    larger = buffer.new_empty(rows, heads, max(16, needed, 2 * length), dim)
    larger[:, :, :length] = buffer[:, :, :length]
    return larger
