"""Says whether two computations of the same numbers agree, within the rounding of a dtype."""

from __future__ import annotations

import torch
from torch import Tensor

#: Largest and root-mean-square difference of logits, relative to the largest logit. Rounding stays far below; an error
#: in the computation does not.
_LARGEST = {torch.float32: 1e-4, torch.float16: 2e-2, torch.bfloat16: 6e-2}
_TYPICAL = {torch.float32: 2e-5, torch.float16: 3e-3, torch.bfloat16: 1.5e-2}


def agree(found: Tensor, expected: Tensor, dtype: torch.dtype) -> bool:
    """Whether logits [n, V] computed in `dtype` are the same but for rounding. Not if they have other shapes."""
    if found.shape != expected.shape or not bool(torch.isfinite(found).all()):
        return False
    scale = max(1.0, float(expected.abs().max()))
    difference = (found - expected).abs() / scale
    return float(difference.max()) <= _LARGEST[dtype] and float(difference.square().mean().sqrt()) <= _TYPICAL[dtype]
