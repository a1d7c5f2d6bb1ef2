"""Answers in progress, and how their tokens are drawn."""

from __future__ import annotations

from dataclasses import dataclass, field

from torch import Tensor

from grait_runtime.encoding.stop_strings import StopStrings
from grait_runtime.planning.token_rows import TokenIds


@dataclass
class Answer:
    """One sampled answer in progress."""

    sample: int
    tokens: list[int] = field(default_factory=list)
    #: Summed log-probability of `tokens`, nats.
    logprob: float = 0.0
    #: The answer without the token that ended it.
    content: list[int] = field(default_factory=list)


@dataclass
class PromptInWork:
    """A prompt and its answers in progress."""

    id: str
    tokens: TokenIds
    answers: list[Answer] = field(default_factory=list)
    #: Answers that have not ended.
    open: int = 0
    finite: bool = True
    #: The question's number in the decoder.
    number: int = -1
    #: [V], after the prompt; kept while samples of it wait for a place.
    first: Tensor | None = None


@dataclass(frozen=True)
class Drawing:
    """The rules for drawing answers and ending them."""

    samples: int
    temperature: float
    max_tokens: int
    seed: int
    stop_ids: frozenset[int]
    stops: StopStrings

    def goes_on(self, answer: Answer, token: int) -> bool:
        """Give an answer its next token; return whether the answer continues."""
        answer.tokens.append(token)
        if token in self.stop_ids:
            return False
        answer.content.append(token)
        return not self.stops.reached(answer.content) and len(answer.tokens) < self.max_tokens
