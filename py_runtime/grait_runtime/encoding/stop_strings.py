"""Finds where a generated text ends: before the first of its stop strings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from transformers import PreTrainedTokenizerBase

from grait_runtime.encoding.decoded import decoded

#: White space and characters without width. Before the first visible character no answer has been given.
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]*")


class StopStrings:
    """Looks for stop strings in token sequences, decoding only their ends.

    A stop string counts from the first visible character on: a blank line before an answer does not end it.
    A token may hold part of a character (byte-level tokenizers) or several lines, so tokens are never compared.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase, stop: Sequence[str]) -> None:
        self._tokenizer = tokenizer
        self._stop = [text for text in stop if text]
        # A character has at most four bytes, so at most four tokens; a few more keep the stop away from the cut edge.
        self._tail = 4 * max((len(text) for text in self._stop), default=0) + 8

    def reached(self, tokens: Sequence[int]) -> bool:
        """True if the last token completed a stop string."""
        if not self._stop:
            return False
        tail = self.decode(tokens[-self._tail :])
        return any(text in tail for text in self._stop) and self._end(self.decode(tokens)) is not None

    def text(self, tokens: Sequence[int]) -> str:
        """All of `tokens` as text, cut before the first stop string, and after those that did not count."""
        text = self.decode(tokens)
        blank = text[: _visible(text)]
        ends = [place + len(stop) for stop in self._stop if (place := blank.rfind(stop)) >= 0]
        return text[max(ends, default=0) : self._end(text)]

    def decode(self, tokens: Sequence[int]) -> str:
        """The text without special tokens, spaces unchanged."""
        return decoded(self._tokenizer, tokens, special=False)

    def _end(self, text: str) -> int | None:
        """Where the first stop string begins that does not lie before the first visible character."""
        visible = _visible(text)
        # A stop string such as "\nQuestion:" may begin before that character, but must reach it.
        starts = [text.find(stop, max(0, visible + 1 - len(stop))) for stop in self._stop]
        found = [start for start in starts if start >= 0]
        return min(found, default=None)


def _visible(text: str) -> int:
    """Where the first visible character stands; the length of the text without one."""
    invisible = _INVISIBLE.match(text)
    return 0 if invisible is None else invisible.end()
