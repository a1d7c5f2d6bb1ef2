"""Finds the token that ends an assistant's turn, and the tokens that end a generation."""

from __future__ import annotations

from collections.abc import Iterable

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from grait_runtime.errors import RuntimeFault
from grait_runtime.templates.joining import ids_alone


def end_of_turn_token(tokenizer: PreTrainedTokenizerBase, after: str, source: str) -> tuple[str, int]:
    """The special token with which `after` begins (what a chat template writes after an answer); otherwise the EOS."""
    if after.strip():
        first = ids_alone(tokenizer, after.strip())[0]
        if first in tokenizer.all_special_ids or first in tokenizer.added_tokens_decoder:
            return str(tokenizer.convert_ids_to_tokens(first)), first
    if tokenizer.eos_token_id is None:
        hint = "set eos_token in its tokenizer_config.json"
        raise RuntimeFault("model_unsupported", f"the tokenizer of {source} has no end-of-text token", hint=hint)
    return str(tokenizer.eos_token), int(tokenizer.eos_token_id)


def stop_token_ids(module: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, end_of_turn_id: int) -> frozenset[int]:
    """The tokens that end a generation: end of turn, the tokenizer's EOS and those of the generation configuration."""
    ids = {end_of_turn_id}
    generation = getattr(module, "generation_config", None)
    for listed in (tokenizer.eos_token_id, getattr(generation, "eos_token_id", None)):
        if isinstance(listed, int):
            ids.add(listed)
        elif isinstance(listed, Iterable):
            ids.update(int(id) for id in listed)
    return frozenset(ids)
