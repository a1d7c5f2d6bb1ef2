"""Prompts computed once, then extended by as many rows as needed.

`CascadeDecoder` computes the prefix that all prompts of a batch share once and keeps nothing twice. `PlainDecoder` is
the fallback for architectures whose attention is not plain causal attention (sliding windows, soft caps, state
spaces): transformers' own cache and masks, prompts left-padded. Both give the same numbers within rounding.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel
from transformers.cache_utils import DynamicLayer

from grait_runtime.cascade import CascadeCache, cascade_forward

TokenIds = NDArray[np.int32]

#: Below this a shared prefix is not worth a forward of its own.
_MIN_PREFIX = 16


class Decoder(Protocol):
    """One batch of prompts and the rows that continue them."""

    def prefill(self, prompts: Sequence[TokenIds], *, extend: bool) -> Tensor:
        """Logits [Q, V] after each prompt, float32. Without `extend` no keys and values are kept."""

    def assign(self, question_of_row: Sequence[int]) -> None:
        """Start R rows; row r continues prompt question_of_row[r] (ascending). May be called again."""

    def step(self, tokens: Tensor, keep: Tensor | None = None) -> Tensor:
        """Append `tokens` [R, T], right-padded, to the rows.

        Logits [R, V] after the last token, or with `keep` (bool [R, T]) those at the marked positions [n, V]; float32.
        Padding (T > 1) is allowed in the last step before `assign` only.
        """

    def keep_rows(self, rows: Sequence[int]) -> None:
        """Drop all rows but these (ascending)."""


class CascadeDecoder:
    """See Decoder. Keys and values: prefix + questions + own tokens of the rows."""

    def __init__(self, module: PreTrainedModel) -> None:
        self._module = module
        self._device = module.device
        self._cache = CascadeCache()
        self._question_of_row: Tensor = torch.empty(0, dtype=torch.long)
        self._ends = torch.empty(0, dtype=torch.long)
        self._positions = torch.empty(0, dtype=torch.long)

    def prefill(self, prompts: Sequence[TokenIds], *, extend: bool) -> Tensor:
        shared = common_prefix_length(prompts)
        shared = shared if len(prompts) > 1 and shared >= _MIN_PREFIX else 0
        if shared:
            ids = torch.from_numpy(prompts[0][:shared].astype(np.int64))[None].to(self._device)
            cascade_forward(self._module, self._cache, ids, torch.arange(shared, device=self._device)[None], 1)
            self._cache.end_prefix()
        lengths = torch.tensor([len(prompt) - shared for prompt in prompts], device=self._device)
        ids = _right_padded([prompt[shared:] for prompt in prompts]).to(self._device)
        positions = (shared + torch.arange(ids.shape[1], device=self._device))[None].expand_as(ids)
        self._cache.keep_new = extend
        logits = cascade_forward(self._module, self._cache, ids, positions, (lengths - 1)[:, None])[:, 0]
        if extend:
            self._cache.end_questions(lengths)
            self._ends = lengths + shared
        return logits.float()

    def assign(self, question_of_row: Sequence[int]) -> None:
        self._question_of_row = torch.tensor(question_of_row, device=self._device)
        self._positions = self._ends[self._question_of_row]
        self._cache.assign(self._question_of_row)

    def step(self, tokens: Tensor, keep: Tensor | None = None) -> Tensor:
        tokens = tokens.to(self._device)
        positions = self._positions[:, None] + torch.arange(tokens.shape[1], device=self._device)
        positions = positions.clamp(max=_last_position(self._module))
        wanted = 1 if keep is None else keep.to(self._device)
        logits = cascade_forward(self._module, self._cache, tokens, positions, wanted)
        self._positions = self._positions + tokens.shape[1]
        return (logits[:, 0] if keep is None else logits).float()

    def keep_rows(self, rows: Sequence[int]) -> None:
        index = torch.tensor(rows, device=self._device)
        self._positions = self._positions[index]
        self._question_of_row = self._question_of_row[index]
        active = torch.unique(self._question_of_row)
        # Half the questions done: what they hold is worth copying the others.
        if 2 * len(active) <= len(self._ends):
            self._cache.keep_questions(active)
            self._ends = self._ends[active]
            self._question_of_row = torch.searchsorted(active, self._question_of_row)
        self._cache.keep_rows(index, self._question_of_row)


class PlainDecoder:
    """See Decoder. Every row has its own copy of all its keys and values."""

    def __init__(self, module: PreTrainedModel) -> None:
        self._module = module
        self._device = module.device
        self._prompt_mask = torch.empty(0)
        self._prompt_cache: DynamicCache | None = None
        self._cache: DynamicCache | None = None
        self._mask = torch.empty(0)

    def prefill(self, prompts: Sequence[TokenIds], *, extend: bool) -> Tensor:
        ids, mask = (tensor.to(self._device) for tensor in _left_padded(prompts))
        self._prompt_cache = DynamicCache(config=self._module.config) if extend else None
        self._prompt_mask = mask
        return self._forward(ids, mask, self._prompt_cache, 1)[:, 0]

    def assign(self, question_of_row: Sequence[int]) -> None:
        assert self._prompt_cache is not None
        index = torch.tensor(question_of_row, device=self._device)
        self._cache = _copied(self._prompt_cache, index)
        self._mask = self._prompt_mask[index]

    def step(self, tokens: Tensor, keep: Tensor | None = None) -> Tensor:
        tokens = tokens.to(self._device)
        self._mask = torch.cat([self._mask, torch.ones_like(tokens)], dim=1)
        logits = self._forward(tokens, self._mask, self._cache, 1 if keep is None else keep.to(self._device))
        return logits[:, 0] if keep is None else logits

    def keep_rows(self, rows: Sequence[int]) -> None:
        assert self._cache is not None
        index = torch.tensor(rows, device=self._device)
        self._cache.reorder_cache(index)
        self._mask = self._mask[index]

    def _forward(self, ids: Tensor, mask: Tensor, cache: DynamicCache | None, logits_to_keep: Tensor | int) -> Tensor:
        positions = (mask.cumsum(dim=1) - 1).clamp(min=0, max=_last_position(self._module))[:, -ids.shape[1] :]
        output = self._module(
            input_ids=ids,
            attention_mask=mask,
            position_ids=positions,
            past_key_values=cache,
            use_cache=cache is not None,
            logits_to_keep=logits_to_keep,
        )
        logits: Tensor = output.logits
        return logits.float()


def make_decoder(module: PreTrainedModel, shares_keys: bool) -> Decoder:
    """The decoder for one batch; `shares_keys` is what `can_share_keys` said of the model."""
    return CascadeDecoder(module) if shares_keys else PlainDecoder(module)


@torch.inference_mode()
def can_share_keys(module: PreTrainedModel) -> bool:
    """True where the cascade computes the model's own attention: seen from its layers, then tried on a few tokens."""
    config = module.config.get_text_config()
    if any(type(layer) is not DynamicLayer for layer in DynamicCache(config=config).layers):
        return False
    try:
        return _agrees(module, config.vocab_size)
    except Exception:  # an architecture that wants more of its cache than key-values; its own way is always right
        return False


def common_prefix_length(prompts: Sequence[TokenIds]) -> int:
    """Tokens that all prompts begin with; at least one token of each is left over."""
    shortest = min(len(prompt) for prompt in prompts) - 1
    first = prompts[0]
    for prompt in prompts[1:]:
        different = np.flatnonzero(first[:shortest] != prompt[:shortest])
        shortest = int(different[0]) if len(different) else shortest
    return shortest


def _agrees(module: PreTrainedModel, vocabulary: int) -> bool:
    ids = (np.arange(1, 4 * _MIN_PREFIX + 1) * 7919 % vocabulary).astype(np.int32)
    prompts = [ids[: _MIN_PREFIX + 3], np.concatenate([ids[:_MIN_PREFIX], ids[-9:]])]
    answers = []
    for decoder in (CascadeDecoder(module), PlainDecoder(module)):
        first = decoder.prefill(prompts, extend=True)
        decoder.assign([0, 1, 1])
        answers.append(torch.cat([first, decoder.step(torch.tensor([[1], [2], [3]]))]))
    scale = float(answers[1].abs().max())
    tolerance = 1e-3 if module.dtype == torch.float32 else 5e-2
    return bool((answers[0] - answers[1]).abs().max() <= tolerance * max(scale, 1.0))


def _right_padded(rows: Sequence[TokenIds]) -> Tensor:
    padded = np.zeros((len(rows), max(len(row) for row in rows)), dtype=np.int64)
    for index, row in enumerate(rows):
        padded[index, : len(row)] = row
    return torch.from_numpy(padded)


def _left_padded(rows: Sequence[TokenIds]) -> tuple[Tensor, Tensor]:
    longest = max(len(row) for row in rows)
    padded = np.zeros((2, len(rows), longest), dtype=np.int64)
    for index, row in enumerate(rows):
        padded[0, index, longest - len(row) :] = row
        padded[1, index, longest - len(row) :] = 1
    return torch.from_numpy(padded[0]), torch.from_numpy(padded[1])


def _last_position(module: PreTrainedModel) -> int:
    """Padding after the end of a row may lie past the context; what it is embedded as is never seen."""
    limit = getattr(module.config.get_text_config(), "max_position_embeddings", None)
    return int(limit) - 1 if limit else (1 << 31) - 1


def _copied(cache: DynamicCache, rows: Tensor) -> DynamicCache:
    """The rows of a cache as a new one; the old stays as it is."""
    copied = copy.copy(cache)
    copied.layers = [copy.copy(layer) for layer in cache.layers]
    copied.reorder_cache(rows)
    return copied
