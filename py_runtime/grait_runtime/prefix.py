"""Prompts computed once, then extended by as many rows as needed.

`CascadeDecoder` computes the prefix that all prompts of a batch share once and keeps nothing twice. `PlainDecoder` is
the fallback for architectures whose attention is not plain causal attention (sliding windows, soft caps, state
spaces). Both give the same numbers within rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel
from transformers.cache_utils import DynamicLayer

from grait_runtime.cascade_decoder import MIN_PREFIX, CascadeDecoder
from grait_runtime.plain_decoder import PlainDecoder
from grait_runtime.token_rows import TokenIds


class Decoder(Protocol):
    """One batch of prompts and the rows that continue them."""

    def prefill(self, prompts: Sequence[TokenIds], *, extend: bool) -> Tensor:
        """Logits [Q, V] after each prompt, float32. Without `extend` no keys and values are kept."""

    def assign(self, question_of_row: Sequence[int]) -> None:
        """Start R rows; row r continues prompt question_of_row[r] (ascending). May be called again."""

    def step(self, tokens: Tensor) -> Tensor:
        """Append one token to each row, `tokens` [R]; logits [R, V] after it, float32."""

    def continuations(self, texts: Sequence[Sequence[int]]) -> Tensor:
        """Logits [n, V] after each token of each row's text, end to end, float32. The rows end; `assign` starts new."""

    def keep_rows(self, rows: Sequence[int]) -> None:
        """Drop all rows but these (ascending)."""


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


def _agrees(module: PreTrainedModel, vocabulary: int) -> bool:
    ids = (np.arange(1, 4 * MIN_PREFIX + 1) * 7919 % vocabulary).astype(np.int32)
    prompts = [ids[: MIN_PREFIX + 3], np.concatenate([ids[:MIN_PREFIX], ids[-9:]])]
    answers = []
    for decoder in (CascadeDecoder(module), PlainDecoder(module)):
        first = decoder.prefill(prompts, extend=True)
        decoder.assign([0, 1, 1])
        answers.append(torch.cat([first, decoder.step(torch.tensor([1, 2, 3]))]))
    scale = float(answers[1].abs().max())
    tolerance = 1e-3 if module.dtype == torch.float32 else 5e-2
    return bool((answers[0] - answers[1]).abs().max() <= tolerance * max(scale, 1.0))
