"""The slow exact decoder: every row alone, from its first token on, without padding and without a cache.

This is what a causal model is defined to compute. Faster decoders are held against it when a model is loaded (see
trials/decoders.py), and it serves the rows for which none of them can be trusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from transformers import PreTrainedModel

from grait_runtime.decoding.layer_states import layer_states
from grait_runtime.models.forward_parameters import takes
from grait_runtime.planning.token_rows import TokenIds


class WholeDecoder:
    """A Decoder that keeps nothing but tokens and computes every row again for every step."""

    refills = True

    def __init__(self, module: PreTrainedModel) -> None:
        self._module = module
        self._questions: dict[int, TokenIds] = {}
        self._prefilled = 0
        #: Question and own tokens of each row.
        self._rows: list[tuple[int, list[int]]] = []

    def prefill(self, prompts: Sequence[TokenIds], prefix: int, *, extend: bool) -> Tensor:
        logits = torch.cat([whole_pass(self._module, prompt, 1) for prompt in prompts])
        if extend:
            self._questions |= dict(enumerate(prompts, self._prefilled))
        self._prefilled += len(prompts)
        return logits

    def states(self, prompts: Sequence[TokenIds], prefix: int, layers: Sequence[int]) -> Tensor:
        return torch.cat([whole_states(self._module, prompt, layers) for prompt in prompts])

    def add_rows(self, questions: Sequence[int]) -> None:
        self._rows += [(question, []) for question in questions]

    def step(self, tokens: Tensor) -> Tensor:
        for (_, own), token in zip(self._rows, tokens.tolist(), strict=True):
            own.append(token)
        return torch.cat([self._pass(question, own, 1) for question, own in self._rows])

    def continuations(self, questions: Sequence[int], texts: Sequence[Sequence[int]]) -> Tensor:
        return torch.cat(
            [self._pass(question, text, len(text)) for question, text in zip(questions, texts, strict=True)]
        )

    def keep_rows(self, rows: Sequence[int]) -> None:
        self._rows = [self._rows[row] for row in rows]

    def keep_questions(self, questions: Sequence[int]) -> None:
        self._questions = {question: self._questions[question] for question in questions}

    def _pass(self, question: int, own: Sequence[int], keep: int) -> Tensor:
        return whole_pass(self._module, np.concatenate([self._questions[question], np.array(own, np.int32)]), keep)


def whole_pass(module: PreTrainedModel, row: TokenIds, keep: int) -> Tensor:
    """Logits [keep, V] after each of the last `keep` tokens of one row (0: all of them), float32."""
    logits: Tensor = _whole_output(module, row, keep).logits
    return logits[0, -keep:].float()


def whole_states(module: PreTrainedModel, row: TokenIds, layers: Sequence[int]) -> Tensor:
    """Hidden states [1, layers, H] at the last token of one row, float32."""
    output = _whole_output(module, row, 1, output_hidden_states=True)
    return layer_states(module, output, layers, lambda states: states[:, -1])


def _whole_output(module: PreTrainedModel, row: TokenIds, keep: int, **more: bool) -> Any:
    ids = torch.from_numpy(row.astype(np.int64))[None].to(module.device)
    kept = {"logits_to_keep": keep} if takes(module, "logits_to_keep") else {}
    return module(input_ids=ids, use_cache=False, **kept, **more)
