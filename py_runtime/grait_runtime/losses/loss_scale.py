"""Keeps small gradients in float16: the loss is multiplied by a power of two, and the gradients are divided by it.

float16 has nothing below 6e-8, and gradients of activations are often smaller (Micikevicius et al., "Mixed precision
training", arXiv 1710.03740). A power of two changes no other bit. Where it is too large, gradients become infinite, and
the pass is made again with a smaller one: a function of the pass alone, so that it is the same on every run.
"""

from __future__ import annotations

import torch

_LARGEST_EXPONENT = 16
_EXPONENTS_A_TIME = 4


def loss_scale(dtype: torch.dtype, lowered: int = 0) -> float:
    """The factor for a model of this dtype, lowered so many times: 65536, 4096, ..., 1; always 1 for wider ranges."""
    if dtype != torch.float16:
        return 1.0
    return 2.0 ** max(0, _LARGEST_EXPONENT - _EXPONENTS_A_TIME * lowered)
