"""Encodes a text that follows another one, as it would be encoded together with it."""

from __future__ import annotations

from transformers import PreTrainedTokenizerBase

#: Characters after which a text is encoded, tried in order.
_ANCHORS = ("\n", ":", "=", "0")


def ids_alone(tokenizer: PreTrainedTokenizerBase, text: str, *, special: bool = False) -> list[int]:
    """Token ids of a text on its own; `special`: with the tokens that a whole text begins and ends with."""
    encoded: list[int] = tokenizer(text, add_special_tokens=special, verbose=False)["input_ids"]
    return encoded


def adds_leading_space(tokenizer: PreTrainedTokenizerBase) -> bool:
    """Whether the tokenizer puts a space before text encoded on its own, as SentencePiece does."""
    pieces = tokenizer.convert_ids_to_tokens(ids_alone(tokenizer, "a"))
    return bool(pieces) and pieces[0].startswith(("▁", "Ġ"))


def ids_following(tokenizer: PreTrainedTokenizerBase, text: str, *, spaced: bool) -> list[int]:
    """Token ids of `text` as it follows other text.

    Where the tokenizer puts a space before text of its own (`spaced`), the text is encoded after a character that does
    not merge with it.
    """
    alone = ids_alone(tokenizer, text)
    if not spaced:
        return alone
    for anchor in _ANCHORS:
        before = ids_alone(tokenizer, anchor)
        both = ids_alone(tokenizer, anchor + text)
        if both[: len(before)] == before and len(both) > len(before):
            return both[len(before) :]
    return alone
