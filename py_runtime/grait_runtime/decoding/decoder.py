"""What every decoder does: prompts are computed once, then extended by as many rows as needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from torch import Tensor

from grait_runtime.planning.token_rows import TokenIds


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
