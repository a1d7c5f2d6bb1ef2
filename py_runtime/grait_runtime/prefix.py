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

from grait_runtime.cascade_decoder import CascadeDecoder, PrefixStore
from grait_runtime.memory_failure import is_out_of_memory
from grait_runtime.plain_decoder import PlainDecoder
from grait_runtime.prefix_groups import MIN_PREFIX
from grait_runtime.token_rows import TokenIds


class Decoder(Protocol):
    """Prompts and the rows that continue them. Questions are numbered as they come, from 0."""

    #: True: `prefill` and `add_rows` may be called while there are rows. False: they begin anew.
    refills: bool

    def prefill(self, prompts: Sequence[TokenIds], prefix: int, *, extend: bool) -> Tensor:
        """Logits [Q, V] after each prompt, float32; all share their first `prefix` tokens, in every call the same.

        Without `extend` no keys and values are kept, and no rows can follow.
        """

    def add_rows(self, questions: Sequence[int]) -> None:
        """Rows, after those there are, that continue these questions."""

    def step(self, tokens: Tensor) -> Tensor:
        """Append one token to each row, `tokens` [R]; logits [R, V] after it, float32."""

    def continuations(self, questions: Sequence[int], texts: Sequence[Sequence[int]]) -> Tensor:
        """Logits [n, V] after each token of each text, end to end, float32; text i continues question i given."""

    def keep_rows(self, rows: Sequence[int]) -> None:
        """Drop all rows but these (ascending)."""

    def keep_questions(self, questions: Sequence[int]) -> None:
        """Drop all questions but these (ascending), of which no row may be left."""


def make_decoder(module: PreTrainedModel, shares_keys: bool, prefixes: PrefixStore) -> Decoder:
    """The decoder for one batch; `shares_keys` is what `can_share_keys` said of the model."""
    return CascadeDecoder(module, prefixes) if shares_keys else PlainDecoder(module)


@torch.inference_mode()
def can_share_keys(module: PreTrainedModel) -> bool:
    """True where the cascade computes the model's own attention: seen from its layers, then tried on a few tokens."""
    config = module.config.get_text_config()
    if any(type(layer) is not DynamicLayer for layer in DynamicCache(config=config).layers):
        return False
    try:
        return _agrees(module, config.vocab_size)
    except Exception as error:  # an architecture that wants more of its cache than key-values; its own way is right
        if is_out_of_memory(error):
            raise
        return False


def _agrees(module: PreTrainedModel, vocabulary: int) -> bool:
    ids = (np.arange(1, 4 * MIN_PREFIX + 1) * 7919 % vocabulary).astype(np.int32)
    prompts = [ids[: MIN_PREFIX + 3], np.concatenate([ids[:MIN_PREFIX], ids[-9:]])]
    answers = []
    for decoder in (CascadeDecoder(module, PrefixStore()), PlainDecoder(module)):
        first = decoder.prefill(prompts, MIN_PREFIX, extend=True)
        decoder.add_rows([0, 1, 1])
        answers.append(torch.cat([first, decoder.step(torch.tensor([1, 2, 3]))]))
    scale = float(answers[1].abs().max())
    tolerance = 1e-3 if module.dtype == torch.float32 else 5e-2
    return bool((answers[0] - answers[1]).abs().max() <= tolerance * max(scale, 1.0))
