"""The interface of every decoder: prompts are computed once, then extended by as many rows as needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from torch import Tensor

from grait_runtime.planning.token_rows import TokenIds


class Decoder(Protocol):
    """Computes prompts and the rows that continue them. Questions are numbered from 0 in order of arrival."""

    #: True: `prefill` and `add_rows` may be called while there are rows. False: they start over.
    refills: bool

    def prefill(self, prompts: Sequence[TokenIds], prefix: int, *, extend: bool) -> Tensor:
        """Logits [Q, V] after each prompt, float32. All prompts of all calls share their first `prefix` tokens.

        Without `extend`, no keys and values are kept, so no rows can follow.
        """

    def states(self, prompts: Sequence[TokenIds], prefix: int, layers: Sequence[int]) -> Tensor:
        """Hidden states [Q, layers, H] at the last token of each prompt, float32. Nothing is kept."""

    def add_rows(self, questions: Sequence[int]) -> None:
        """Add rows that continue these questions, after the existing rows."""

    def step(self, tokens: Tensor) -> Tensor:
        """Append one token to each row, `tokens` [R]; return the logits [R, V] after it, float32."""

    def continuations(self, questions: Sequence[int], texts: Sequence[Sequence[int]]) -> Tensor:
        """Logits [n, V] after each token of each text, end to end, float32; text i continues `questions[i]`.

        If the decoder refills, the rows stay as they are; otherwise there must be none.
        """

    def keep_rows(self, rows: Sequence[int]) -> None:
        """Drop all rows except these (ascending)."""

    def keep_questions(self, questions: Sequence[int]) -> None:
        """Drop all questions except these (ascending). No row of a dropped question may be left."""
