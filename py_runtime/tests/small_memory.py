"""A machine of little memory."""

from __future__ import annotations

from collections.abc import Callable

import torch

from grait_runtime.models.loaded_model import LoadedModel


def memory_for(loaded: LoadedModel, tokens: int) -> Callable[..., object]:
    """The model's forward on a machine of little memory: more than `tokens` tokens at once are too many."""
    forward = loaded.module.forward

    def limited(*args: object, **options: object) -> object:
        ids = options["input_ids"]
        assert isinstance(ids, torch.Tensor)
        if ids.numel() > tokens:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 99 bytes.")
        return forward(*args, **options)

    return limited
