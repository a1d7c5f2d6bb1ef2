"""Turns token ids back into text, exactly as they are: no space is cleaned up."""

from __future__ import annotations

from collections.abc import Sequence

from transformers import PreTrainedTokenizerBase


def decoded(tokenizer: PreTrainedTokenizerBase, tokens: Sequence[int], *, special: bool) -> str:
    """The text of `tokens`; `special`: with special tokens written out, otherwise without them."""
    text = tokenizer.decode(list(tokens), skip_special_tokens=not special, clean_up_tokenization_spaces=False)
    return str(text)
