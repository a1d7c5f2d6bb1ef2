"""Prompts and their continuations with shared keys and values: nothing is computed or kept twice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from transformers import PreTrainedModel

from grait_runtime.cascade import cascade_forward
from grait_runtime.cascade_cache import CascadeCache
from grait_runtime.token_rows import TokenIds, common_prefix_length, last_position

#: Below this a shared prefix is not worth a forward of its own.
MIN_PREFIX = 16


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
        shared = shared if len(prompts) > 1 and shared >= MIN_PREFIX else 0
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
        positions = positions.clamp(max=last_position(self._module))
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


def _right_padded(rows: Sequence[TokenIds]) -> Tensor:
    padded = np.zeros((len(rows), max(len(row) for row in rows)), dtype=np.int64)
    for index, row in enumerate(rows):
        padded[index, : len(row)] = row
    return torch.from_numpy(padded)
