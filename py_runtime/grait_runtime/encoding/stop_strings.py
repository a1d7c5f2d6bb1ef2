"""Finds where a generated text ends: before the first of its stop strings."""

from __future__ import annotations

from collections.abc import Sequence

from transformers import PreTrainedTokenizerBase


class StopStrings:
    """Looks for stop strings in token sequences, decoding only their ends.

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
        return any(text in tail for text in self._stop)

    def text(self, tokens: Sequence[int]) -> str:
        """All of `tokens` as text, cut before the first stop string."""
        text = self.decode(tokens)
        cuts = [position for stop in self._stop if (position := text.find(stop)) >= 0]
        return text[: min(cuts)] if cuts else text

    def decode(self, tokens: Sequence[int]) -> str:
        """The text without special tokens, spaces unchanged."""
        decoded = self._tokenizer.decode(list(tokens), skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return str(decoded)
