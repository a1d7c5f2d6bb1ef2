"""Answers in progress, and how their tokens are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from torch import Tensor

from grait_runtime.decoding.thoughts import BeforeAnswer, ThoughtRule
from grait_runtime.encoding.stop_strings import StopStrings
from grait_runtime.planning.token_rows import TokenIds


@dataclass
class Answer:
    """One sampled answer in progress."""

    sample: int
    tokens: list[int] = field(default_factory=list)
    #: Summed log-probability of `tokens` after those of a thought, nats.
    logprob: float = 0.0
    #: The answer without the token that ended it.
    content: list[int] = field(default_factory=list)
    #: What is written while it is open whether the answer has begun; None once it has.
    before: BeforeAnswer | None = None
    #: The number of `tokens` before the answer itself: those of a thought.
    thought: int = 0

    def next_token(self, drawn: int) -> tuple[int, bool]:
        """The token that comes next, and whether it is the one that was drawn."""
        if self.before is not None and self.before.forced:
            return self.before.forced.pop(0), False
        return drawn, True


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
    #: Whether the prompt leaves a thought open.
    thinking: bool = False
    #: Answers, as tokens, that are scored after the prompt, and their summed log-probabilities, nats.
    targets: Sequence[Sequence[int]] = ()
    scores: Sequence[float] = ()


@dataclass(frozen=True)
class Drawing:
    """The rules for drawing answers and ending them."""

    samples: int
    temperature: float
    max_tokens: int
    seed: int
    stop_ids: frozenset[int]
    stops: StopStrings
    #: How the model thinks before an answer; None if it does not.
    thought: ThoughtRule | None = None

    @property
    def most_tokens(self) -> int:
        """The most tokens that can follow a prompt."""
        return self.max_tokens + (0 if self.thought is None else self.thought.most_tokens)

    def begun(self, sample: int, *, thinking: bool) -> Answer:
        """An answer that has no tokens yet; `thinking`: after a prompt that leaves a thought open."""
        before = None if self.thought is None else BeforeAnswer("thinking" if thinking else "undecided")
        return Answer(sample, before=before)

    def goes_on(self, answer: Answer, token: int) -> bool:
        """Give an answer its next token; return whether the answer continues."""
        answer.tokens.append(token)
        forced = answer.before is not None and answer.before.phase == "closing"
        if token in self.stop_ids and not forced:
            return False
        if answer.before is not None and self.thought is not None:
            part = self.thought.take(answer.before, token)
            if part in ("thought", "over"):
                answer.content, answer.thought, answer.logprob = [], len(answer.tokens), 0.0
                answer.before = answer.before if part == "thought" else None
                return True
            answer.before = answer.before if part == "undecided" else None
        answer.content.append(token)
        return not self.stops.reached(answer.content) and len(answer.tokens) - answer.thought < self.max_tokens
