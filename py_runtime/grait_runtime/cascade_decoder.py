"""Prompts and their continuations with shared keys and values: nothing is computed or kept twice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from transformers import PreTrainedModel

from grait_runtime.cascade import cascade_forward
from grait_runtime.cascade_cache import CascadeCache
from grait_runtime.packing import Packing
from grait_runtime.token_rows import TokenIds, common_prefix_length

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
        suffixes = [prompt[shared:] for prompt in prompts]
        packing = Packing.of([len(suffix) for suffix in suffixes], self._device)
        ids = torch.from_numpy(np.concatenate(suffixes).astype(np.int64))[None].to(self._device)
        self._cache.packing, self._cache.keep_new = packing, extend
        logits = cascade_forward(self._module, self._cache, ids, shared + packing.positions[None], packing.last)[0]
        self._cache.packing, self._cache.keep_new = None, True
        if extend:
            self._cache.end_questions(packing.lengths)
            self._ends = packing.lengths + shared
        return logits.float()

    def assign(self, question_of_row: Sequence[int]) -> None:
        self._question_of_row = torch.tensor(question_of_row, device=self._device)
        self._positions = self._ends[self._question_of_row]
        self._cache.assign(self._question_of_row)

    def step(self, tokens: Tensor) -> Tensor:
        positions = self._positions[:, None]
        self._positions = self._positions + 1
        return cascade_forward(self._module, self._cache, tokens[:, None].to(self._device), positions, 1)[:, 0].float()

    def continuations(self, texts: Sequence[Sequence[int]]) -> Tensor:
        packing = Packing.of([len(text) for text in texts], self._device)
        ids = torch.tensor([token for text in texts for token in text], device=self._device)[None]
        starts = self._positions.repeat_interleave(packing.lengths)
        self._cache.packing, self._cache.keep_new = packing, False
        logits = cascade_forward(self._module, self._cache, ids, (starts + packing.positions)[None], 0)[0]
        self._cache.packing, self._cache.keep_new = None, True
        return logits.float()

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
