"""Rows of token ids: the length of their common prefix, and how long they may be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedModel

TokenIds = NDArray[np.int32]


def common_prefix_length(prompts: Sequence[TokenIds]) -> int:
    """Number of tokens that all prompts begin with, leaving at least one token of each."""
    shortest = min(len(prompt) for prompt in prompts) - 1
    first = prompts[0]
    for prompt in prompts[1:]:
        different = np.flatnonzero(first[:shortest] != prompt[:shortest])
        shortest = int(different[0]) if len(different) else shortest
    return shortest


def last_position(module: PreTrainedModel) -> int:
    """The last valid position. Padding may lie beyond the context; its position embedding never matters."""
    limit = getattr(module.config.get_text_config(), "max_position_embeddings", None)
    return int(limit) - 1 if limit else (1 << 31) - 1
