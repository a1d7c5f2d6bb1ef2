"""Accelerate's part in training: backward, clipping and the optimizer step, on one device or, later, several."""

from __future__ import annotations

from typing import Any

import torch


def accelerator_for(device: torch.device) -> Any:
    """An Accelerator that does not change the results.

    compute_precision in losses/target_loss.py sets the precision, for gradients too. The model stays on its device.
    The loss of a micro-batch is already its share of the step's loss, so it is not divided again.
    """
    from accelerate import Accelerator
    from accelerate.utils import GradientAccumulationPlugin

    return Accelerator(
        cpu=device.type == "cpu",
        device_placement=False,
        mixed_precision="no",
        gradient_accumulation_plugin=GradientAccumulationPlugin(num_steps=1),
    )
