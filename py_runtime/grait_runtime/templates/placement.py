"""Finds where a template puts an assistant's words, and how a target joins its prompt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from transformers import PreTrainedTokenizerBase

from grait_runtime.templates.joining import adds_leading_space, ids_alone, ids_following
from grait_runtime.templates.thoughts import Thought

#: Answers that are rendered whole, to see where they stand.
ANSWERS = ("Paris42", "I don't know.", "Zebra 7")


@dataclass(frozen=True)
class Placement:
    """Where an answer stands after the prompt that a template writes for it."""

    #: Taken off the end of the prompt: the template writes no such thing before an answer.
    cut: str = ""
    #: Put at the end of the prompt: the template writes it before an answer, the prompt does not have it.
    opening: str = ""
    #: Spaces that belong to the first token of an answer.
    lead: str = ""
    #: Whether a target is encoded as it follows other text, not alone.
    follows: bool = False

    def prompt(self, text: str) -> str:
        """The prompt, up to where the answer begins."""
        return text.removesuffix(self.cut) + self.opening

    def target_ids(self, tokenizer: PreTrainedTokenizerBase, text: str, *, spaced: bool) -> list[int]:
        """Token ids of an answer, without what ends its turn."""
        if not self.follows:
            return ids_alone(tokenizer, text)
        return ids_following(tokenizer, self.lead + text, spaced=spaced)


class NoPlace(ValueError):
    """The answer of a whole conversation does not stand after the prompt for it; the message says how they differ."""


def find_placement(
    tokenizer: PreTrainedTokenizerBase, prompt: str, wholes: Mapping[str, str], thought: Thought | None
) -> Placement:
    """Where the answers of `wholes` (answer -> text up to and with it) stand after `prompt`. Raises NoPlace.

    Of the ways to join prompt and target, the first is taken whose tokens are those of the whole text.
    """
    befores = {whole.removesuffix(answer) for answer, whole in wholes.items()}
    if len(befores) != 1:
        raise NoPlace("writes other words before one answer than before another")
    cut, gap = _between(prompt, befores.pop(), thought)
    spaced = adds_leading_space(tokenizer)
    ways = list(_ways(cut, gap))
    for way in ways:
        start = ids_alone(tokenizer, way.prompt(prompt))
        if all(
            start + way.target_ids(tokenizer, answer, spaced=spaced) == ids_alone(tokenizer, way.prompt(prompt) + rest)
            for answer, rest in ((answer, (gap if way.opening != gap else "") + answer) for answer in wholes)
        ):
            return way
    # No way has the tokens of the whole text; this one has its characters.
    return next(way for way in ways if way.follows)


def _ways(cut: str, gap: str) -> Iterator[Placement]:
    if gap and not gap.strip(" "):
        yield Placement(cut, lead="", follows=False)
        yield Placement(cut, lead=gap, follows=True)
    yield Placement(cut, gap)
    yield Placement(cut, gap, follows=True)


def _between(prompt: str, before: str, thought: Thought | None) -> tuple[str, str]:
    """What to cut from the prompt, and what to put there, so that an answer stands where `before` has it."""
    common = _whole_marks(_common(prompt, before))
    extra, missing = prompt[len(common) :], before[len(common) :]
    if not extra.strip():
        return extra, missing
    state = "none" if thought is None else thought.state(extra)
    if thought is not None and state == "open":
        # Models that begin their thought on a line of its own end it so.
        return "", (thought.closing if extra.endswith("\n") or thought.before_end.strip() else thought.end) + missing
    if state == "closed":
        return "", missing
    raise NoPlace(f"ends a prompt with {extra!r} where an answer that was given has {missing!r} before it")


def _common(one: str, other: str) -> str:
    """What both texts begin with."""
    differing = (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return one[: next(differing, min(len(one), len(other)))]


def _whole_marks(text: str) -> str:
    """`text` without the beginning of a mark, such as "<|START_", at its end."""
    return re.sub(r"(?:<[|\uff5c]?|\[)[^<>\[\]\s]*$", "", text)
