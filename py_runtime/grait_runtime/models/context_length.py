"""Finds how many tokens a model takes: its configuration and its tokenizer say it, under several names."""

from __future__ import annotations

from typing import Any

from grait_runtime.errors import RuntimeFault

#: What configurations call it, the most common first.
_NAMES = (
    *("max_position_embeddings", "n_positions", "n_ctx", "context_length"),
    *("max_sequence_length", "max_seq_len", "seq_length"),
)
#: Tokenizers without a limit say a huge number.
_ENDLESS = 1 << 30


def context_length(base: Any, tokenizer: Any, source: str) -> int:
    """The first limit that the configuration states, or the tokenizer's if that is less."""
    config = base.config.get_text_config()
    stated = [limit for name in _NAMES if (limit := _sane(getattr(config, name, None)))][:1]
    limits = [*stated, *([limit] if (limit := _sane(tokenizer.model_max_length)) else [])]
    if not limits:
        raise RuntimeFault(
            "model_unsupported",
            f"neither the configuration nor the tokenizer of {source} says how many tokens the model takes",
            hint="set model_max_length in its tokenizer_config.json, for example to 2048",
        )
    return min(limits)


def _sane(limit: Any) -> int | None:
    return int(limit) if isinstance(limit, int | float) and 0 < limit < _ENDLESS else None
