"""Compares a tokenizer with the rows of the model's embedding: a token without a row cannot be read."""

from __future__ import annotations

from transformers import PreTrainedTokenizerBase

from grait_runtime.errors import RuntimeFault

#: Tokens that a message names.
_NAMED = 3


def tokens_without_row(tokenizer: PreTrainedTokenizerBase, rows: int, needed: frozenset[int], source: str) -> list[str]:
    """The added tokens that the embedding of `rows` rows has no row for. A text that holds one is refused by its id.

    RuntimeFault model_unsupported if ordinary tokens, or those in `needed` (they end answers), are without a row: the
    tokenizer is another model's.
    """
    beyond = {id: token for token, id in tokenizer.get_vocab().items() if id >= rows}
    ordinary = sorted(id for id in beyond if id not in tokenizer.added_tokens_decoder)
    ending = sorted(id for id in needed if id >= rows)
    if ordinary or ending:
        shown = ", ".join(repr(beyond.get(id, str(id))) for id in (ordinary or ending)[:_NAMED])
        raise RuntimeFault(
            "model_unsupported",
            f"the tokenizer of {source} has {len(beyond)} tokens that the model's embedding of {rows} rows has no row "
            f"for ({shown})",
            hint="use the model's own tokenizer, or give its embedding more rows (resize_token_embeddings)",
        )
    return [beyond[id] for id in sorted(beyond)]
