"""The device that the tests compute on: GRAIT_TEST_DEVICE, else the CPU. References are compared on the CPU."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

#: Its name, as runtime.device in a configuration.
DEVICE_NAME = os.environ.get("GRAIT_TEST_DEVICE", "cpu")


def logits_of(module: Any, rows: Sequence[Sequence[int]] | Tensor, **options: Any) -> Tensor:
    """Logits [rows, T, V] of a plain pass on the module's own device, brought to the CPU; gradients go through."""
    ids = torch.as_tensor(rows).to(module.device)
    found: Tensor = module(input_ids=ids, **options).logits
    return found.cpu()
