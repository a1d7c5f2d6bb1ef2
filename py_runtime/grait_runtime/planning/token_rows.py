"""Rows of token ids, and the length of their common prefix."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

TokenIds = NDArray[np.int32]


def common_prefix_length(prompts: Sequence[TokenIds]) -> int:
    """Number of tokens that all prompts begin with, leaving at least one token of each."""
    shortest = min(len(prompt) for prompt in prompts) - 1
    first = prompts[0]
    for prompt in prompts[1:]:
        different = np.flatnonzero(first[:shortest] != prompt[:shortest])
        shortest = int(different[0]) if len(different) else shortest
    return shortest
