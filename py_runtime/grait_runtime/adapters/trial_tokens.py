"""Tokens to try a model with: they lie all over its vocabulary, and are the same every time."""

from __future__ import annotations

import torch
from torch import Tensor
from transformers import PreTrainedModel


def embedding_rows(module: PreTrainedModel) -> int:
    """The number of token ids that a model can read."""
    weight = module.get_input_embeddings().weight
    assert isinstance(weight, Tensor)
    return int(weight.shape[0])


def trial_tokens(module: PreTrainedModel, rows: int, length: int) -> Tensor:
    """Token ids [rows, length] on the module's device."""
    ids = torch.arange(rows * length, device=module.device).view(rows, length)
    return ids * (embedding_rows(module) // ids.numel())
