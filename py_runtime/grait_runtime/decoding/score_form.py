"""How an attention layer makes its scores: with a scaling, and in some models under a soft cap (Gemma 2)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class ScoreForm:
    """How a layer makes scores: query . key * scaling, then cap * tanh(score / cap) where it has a soft cap."""

    scaling: float
    cap: float | None = None

    def capped(self, scores: Tensor) -> Tensor:
        """Scores that are scaled already, under the soft cap."""
        return scores if self.cap is None else torch.tanh(scores / self.cap) * self.cap
