"""The ordinary decoder: transformers' own cache and masks, left-padded prompts."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any, TypeVar, cast

import numpy as np
import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel

from grait_runtime.decoding.layer_states import layer_states
from grait_runtime.models.forward_parameters import cache_parameter
from grait_runtime.planning.token_rows import TokenIds

_Layer = TypeVar("_Layer")


class PlainDecoder:
    """A Decoder in which every row has its own copy of all its keys and values.

    `caches_several`: continuations are added at once; otherwise token by token, for models whose cache needs that.
    """

    refills = False

    def __init__(self, module: PreTrainedModel, *, caches_several: bool = True) -> None:
        self._module = module
        self._caches_several = caches_several
        self._cache_parameter = cache_parameter(module)
        self._device = module.device
        self._first = 0
        self._prefilled = 0
        self._padded = False
        self._prompt_mask = torch.empty(0)
        self._prompt_cache: DynamicCache | None = None
        self._cache: DynamicCache | None = None
        self._mask = torch.empty(0)

    def prefill(self, prompts: Sequence[TokenIds], prefix: int, *, extend: bool) -> Tensor:
        self._first, self._prefilled = self._prefilled, self._prefilled + len(prompts)
        ids, mask = (tensor.to(self._device) for tensor in _left_padded(prompts))
        self._padded = len({len(prompt) for prompt in prompts}) > 1
        self._cache = None
        self._prompt_cache = DynamicCache(config=self._module.config) if extend else None
        self._prompt_mask = mask
        return self._forward(ids, mask, self._prompt_cache, 1)[:, 0]

    def states(self, prompts: Sequence[TokenIds], prefix: int, layers: Sequence[int]) -> Tensor:
        ids, mask = (tensor.to(self._device) for tensor in _left_padded(prompts))
        self._padded = len({len(prompt) for prompt in prompts}) > 1
        output = self._output(ids, mask, None, 1, output_hidden_states=True)
        return layer_states(self._module, output, layers, lambda states: states[:, -1])

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
        if self._caches_several:
            mask = torch.cat([self._mask, torch.ones_like(ids)], dim=1)
            logits = self._forward(ids, mask, self._cache, 0)
        else:
            logits = torch.stack([self.step(tokens) for tokens in ids.T], dim=1)
        return logits[real.bool()]

    def keep_rows(self, rows: Sequence[int]) -> None:
        assert self._cache is not None
        index = torch.tensor(rows, dtype=torch.long, device=self._device)
        _select_rows(self._cache, index)
        self._mask = self._mask[index]

    def keep_questions(self, questions: Sequence[int]) -> None:
        """Do nothing: the next `prefill` drops all questions."""

    def _forward(self, ids: Tensor, mask: Tensor, cache: DynamicCache | None, logits_to_keep: Tensor | int) -> Tensor:
        logits: Tensor = self._output(ids, mask, cache, logits_to_keep).logits
        return logits.float()

    def _output(
        self, ids: Tensor, mask: Tensor, cache: DynamicCache | None, logits_to_keep: Tensor | int, **more: bool
    ) -> Any:
        positions = (mask.cumsum(dim=1) - 1).clamp(min=0, max=_last_position(self._module))[:, -ids.shape[1] :]
        return self._module(
            input_ids=ids,
            # Rows of one length need no mask, and recurrent models take none for single tokens.
            attention_mask=mask if self._padded else None,
            position_ids=positions,
            use_cache=cache is not None,
            logits_to_keep=logits_to_keep,
            **{self._cache_parameter: cache},
            **more,
        )


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
    copied.layers = [_copied_layer(layer) for layer in cache.layers]
    _select_rows(copied, rows)
    return copied


def _copied_layer(layer: _Layer) -> _Layer:
    """The layer with the same tensors, and dictionaries of its own (recurrent layers keep their states in some)."""
    copied = copy.copy(layer)
    own = {name: dict(value) for name, value in vars(layer).items() if isinstance(value, dict)}
    vars(copied).update(own)
    return copied


def _select_rows(cache: DynamicCache, rows: Tensor) -> None:
    cache.reorder_cache(cast(torch.LongTensor, rows))


def _last_position(module: PreTrainedModel) -> int:
    """The last valid position. Padding may lie beyond the context; its position embedding never matters."""
    limit = getattr(module.config.get_text_config(), "max_position_embeddings", None)
    return int(limit) - 1 if limit else (1 << 31) - 1
