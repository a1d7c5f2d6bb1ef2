"""Finds how a model marks its thoughts: where one begins, where it ends, and whether a text leaves one open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

_NAME = r"(?:[a-z]+[:-])?(?:think|thinking|thoughts?|reason|reasoning)"
#: How thoughts are marked: a mark, where its slash or its words say which of the two it is.
_SLASHED = re.compile(rf"(<|\[|◁|<\|)/?({_NAME})(\|>|>|\]|▷)", re.IGNORECASE)
_WORDED = re.compile(rf"<\|(?:(START|END)|(begin|end)_of)_({_NAME})\|>", re.IGNORECASE)
#: The channels of gpt-oss: a thought and an answer are two messages of one turn.
_CHANNELS = ("<|channel|>analysis<|message|>", "<|channel|>final<|message|>", "<|end|><|start|>assistant")

State = Literal["open", "closed", "none"]


@dataclass(frozen=True)
class Thought:
    """The marks around a model's thought."""

    begin: str
    end: str
    #: What stands before `end` where the runtime ends a thought itself, and after it.
    before_end: str = ""
    after_end: str = ""

    @property
    def closing(self) -> str:
        """The text that ends a thought, up to where the answer begins."""
        return f"{self.before_end}{self.end}{self.after_end}"

    def state(self, text: str) -> State:
        """Whether `text` leaves a thought open, has closed its last one, or has none."""
        begun, ended = text.rfind(self.begin), text.rfind(self.end)
        if begun < 0 and ended < 0:
            return "none"
        return "open" if begun > ended else "closed"


def find_thought(template: str, tokens: Iterable[str]) -> Thought | None:
    """The marks that a chat template writes or looks for; otherwise those among a tokenizer's added tokens."""
    template = template.replace("\\/", "/")
    if all(part in template for part in ("<|channel|>", "<|message|>", "analysis", "final")):
        begin, end, before = _CHANNELS
        return Thought(begin, end, before_end=before)
    for begin, end in _pairs(template):
        return _thought(begin, end)
    added = set(tokens)
    for begin, end in _pairs("\n".join(sorted(added))):
        if {begin, end} <= added:
            return _thought(begin, end)
    return None


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Every pair of marks of which `text` has one."""
    for match in _SLASHED.finditer(text):
        before, name, after = match.groups()
        yield f"{before}{name}{after}", f"{before}/{name}{after}"
    for match in _WORDED.finditer(text):
        short, _, name = match.groups()
        words = ("START", "END") if short else ("begin_of", "end_of")
        begin, end = (f"<|{word}_{name}|>" for word in words)
        yield begin, end


def _thought(begin: str, end: str) -> Thought:
    # Models that think in <tags> put them on lines of their own.
    return Thought(begin, end, "\n", "\n\n") if begin.startswith("<") and "|" not in begin else Thought(begin, end)
