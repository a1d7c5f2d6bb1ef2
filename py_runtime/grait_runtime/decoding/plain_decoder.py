"""The ordinary decoder: transformers' own cache and masks, left-padded prompts."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import cast

import numpy as np
import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel

from grait_runtime.planning.token_rows import TokenIds


class PlainDecoder:
    """A Decoder in which every row has its own copy of all its keys and values."""

    refills = False

    def __init__(self, module: PreTrainedModel) -> None:
        self._module = module
        self._device = module.device
        self._first = 0
        self._prefilled = 0
        self._prompt_mask = torch.empty(0)
        self._prompt_cache: DynamicCache | None = None
        self._cache: DynamicCache | None = None
        self._mask = torch.empty(0)

    def prefill(self, prompts: Sequence[TokenIds], prefix: int, *, extend: bool) -> Tensor:
        self._first, self._prefilled = self._prefilled, self._prefilled + len(prompts)
        ids, mask = (tensor.to(self._device) for tensor in _left_padded(prompts))
        self._cache = None
        self._prompt_cache = DynamicCache(config=self._module.config) if extend else None
        self._prompt_mask = mask
        return self._forward(ids, mask, self._prompt_cache, 1)[:, 0]

    def add_rows(self, questions: Sequence[int]) -> None:
        assert self._prompt_cache is not None
        index = torch.tensor(questions, device=self._device) - self._first
        self._cache = _copied(self._prompt_cache, index)
        self._mask = self._prompt_mask[index]

    def step(self, tokens: Tensor) -> Tensor:
        tokens = tokens[:, None].to(self._device)
        self._mask = torch.cat([self._mask, torch.ones_like(tokens)], dim=1)
        return self._forward(tokens, self._mask, self._cache, 1)[:, 0]

    def continuations(self, questions: Sequence[int], texts: Sequence[Sequence[int]]) -> Tensor:
        self.add_rows(questions)
        ids, real = (
            tensor.flip(1).to(self._device) for tensor in _left_padded([np.array(text)[::-1] for text in texts])
        )
        mask = torch.cat([self._mask, torch.ones_like(ids)], dim=1)
        return self._forward(ids, mask, self._cache, 0)[real.bool()]

    def keep_rows(self, rows: Sequence[int]) -> None:
        assert self._cache is not None
        index = torch.tensor(rows, dtype=torch.long, device=self._device)
        _select_rows(self._cache, index)
        self._mask = self._mask[index]

    def keep_questions(self, questions: Sequence[int]) -> None:
        """Do nothing: the next `prefill` drops all questions."""

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


def _left_padded(rows: Sequence[TokenIds]) -> tuple[Tensor, Tensor]:
    longest = max(len(row) for row in rows)
    padded = np.zeros((2, len(rows), longest), dtype=np.int64)
    for index, row in enumerate(rows):
        padded[0, index, longest - len(row) :] = row
        padded[1, index, longest - len(row) :] = 1
    return torch.from_numpy(padded[0]), torch.from_numpy(padded[1])


def _copied(cache: DynamicCache, rows: Tensor) -> DynamicCache:
    """A new cache with these rows; the old one is unchanged."""
    copied = copy.copy(cache)
    copied.layers = [copy.copy(layer) for layer in cache.layers]
    _select_rows(copied, rows)
    return copied


def _select_rows(cache: DynamicCache, rows: Tensor) -> None:
    cache.reorder_cache(cast(torch.LongTensor, rows))


def _last_position(module: PreTrainedModel) -> int:
    """The last valid position. Padding may lie beyond the context; its position embedding never matters."""
    limit = getattr(module.config.get_text_config(), "max_position_embeddings", None)
    return int(limit) - 1 if limit else (1 << 31) - 1
