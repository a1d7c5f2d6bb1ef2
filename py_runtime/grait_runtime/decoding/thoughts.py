"""Follows what a model writes before its answer: a thought within a budget of tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from transformers import PreTrainedTokenizerBase

from grait_runtime.encoding.decoded import decoded


@dataclass
class BeforeAnswer:
    """What has been written while it is open whether the answer has begun."""

    #: undecided: it may become the mark of a thought; closing: the thought is being ended for the model.
    phase: Literal["undecided", "thinking", "closing"]
    tokens: list[int] = field(default_factory=list)
    #: Tokens that the answer is given next, whatever the model would write.
    forced: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class ThoughtRule:
    """The marks around a model's thought, and how long one may be."""

    tokenizer: PreTrainedTokenizerBase
    begin: str
    end: str
    #: Tokens that end a thought whose budget is used up.
    closing: Sequence[int]
    budget: int

    @property
    def most_tokens(self) -> int:
        """The most tokens that can come before an answer."""
        return len(self.tokenizer(self.begin, add_special_tokens=False)["input_ids"]) + self.budget + len(self.closing)

    def take(self, before: BeforeAnswer, token: int) -> Literal["answer", "undecided", "thought", "over"]:
        """What the next token belongs to; over: the thought has ended, and the answer begins with the next one."""
        if before.phase == "closing":
            return "thought" if before.forced else "over"
        before.tokens.append(token)
        if before.phase == "undecided":
            text = self._text(before.tokens).lstrip()
            if text.startswith(self.end):
                return "over"
            if not text.startswith(self.begin):
                return "undecided" if self.begin.startswith(text) or self.end.startswith(text) else "answer"
            before.phase, before.tokens = "thinking", []
        elif self.end in self._text(before.tokens[-4 * len(self.end) - 8 :]):
            return "over"
        if len(before.tokens) >= self.budget:
            before.phase, before.forced = "closing", list(self.closing)
        return "thought"

    def _text(self, tokens: Sequence[int]) -> str:
        return decoded(self.tokenizer, tokens, special=True)
