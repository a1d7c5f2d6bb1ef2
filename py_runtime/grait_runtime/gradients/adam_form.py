"""The Adam form of gradient features: the direction of AdamW's next step, given the moments that training left behind.

As published in LESS (arXiv 2402.04333, section 3.1): no bias correction, epsilon inside the root.

m' = 0.9 m + 0.1 g;  v' = 0.999 v + 0.001 g*g;  feature = m' / sqrt(v' + 1e-8)
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from grait_runtime.adapters.stored import Moments
from grait_runtime.device.fast_kernels import adam_direction, why_no_fused_adam

BETA1 = 0.9
BETA2 = 0.999
EPSILON = 1e-8


class AdamForm:
    """Turns per-sample gradients into Adam directions."""

    def __init__(self, moments: Mapping[str, Moments], device: torch.device) -> None:
        self._fused = why_no_fused_adam(device) is None
        self._one = torch.ones(1, 1, device=device)
        #: By parameter name, [n, 1]: 0.9 m and 0.999 v + 1e-8.
        self._kept = {
            name: (
                both.first.to(device, torch.float32).reshape(-1, 1).mul(BETA1),
                both.second.to(device, torch.float32).reshape(-1, 1).mul(BETA2).add_(EPSILON),
            )
            for name, both in moments.items()
        }

    def scaled(self, name: str, gradients: Tensor, scales: Tensor | None) -> Tensor | None:
        """The directions for `gradients` float32 [n, b] times `scales` [n, 1], in one pass over memory.

        None: this device needs `apply_`, and the scales after it.
        """
        if not self._fused:
            return None
        first, second = self._kept[name]
        return adam_direction(gradients, first, second, self._one if scales is None else scales)

    def apply_(self, name: str, gradients: Tensor, scratch: Tensor) -> None:
        """Turn `gradients` float32 [n, b] of parameter `name` into features, in place; overwrites `scratch` [n, b]."""
        first, second = self._kept[name]
        torch.mul(gradients, gradients, out=scratch)
        scratch.mul_(1 - BETA2).add_(second).sqrt_()
        gradients.mul_(1 - BETA1).add_(first).div_(scratch)
