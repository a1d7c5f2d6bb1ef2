"""Accelerate's part in training: backward, clipping and the optimizer's step, on one device or, later, several."""

from __future__ import annotations

from typing import Any

import torch


def accelerator_for(device: torch.device) -> Any:
    """An Accelerator that leaves alone what decides the bytes.

    Precision is loss.compute_precision's, the same for training and gradients; the model is where it was loaded; the
    loss of a micro-batch is already its share of the step's, so it is not divided again.
    """
    from accelerate import Accelerator
    from accelerate.utils import GradientAccumulationPlugin

    return Accelerator(
        cpu=device.type == "cpu",
        device_placement=False,
        mixed_precision="no",
        gradient_accumulation_plugin=GradientAccumulationPlugin(num_steps=1),
    )
