"""How much of a model's work fits one batch, from the kind of machine and the model's shape alone."""

from __future__ import annotations

import torch

from grait_runtime.planning.batches import default_token_budget
from grait_runtime.planning.model_shape import ModelShape
from grait_runtime.planning.prompt_batches import PromptLimits

#: Prompts planned together; what a stream hands out is in input order only across windows. Scores are small enough
#: to wait in their thousands, so that all questions of a subject meet.
_SCORE_WINDOW = 65_536
_ANSWER_WINDOW = 16_384
#: A group of answers holds so many times what is computed at once. On a CPU that is half a minute of work of a small
#: model, which is what an interruption may cost.
_QUEUE = 3


def key_value_bytes(shape: ModelShape) -> int:
    """Bytes of one token's keys and values in all layers."""
    return 2 * shape.layers * shape.kv_heads * shape.head_dim * shape.itemsize


def score_limits(
    shape: ModelShape, device: torch.device, token_budget: int | None, *, shares_keys: bool
) -> PromptLimits:
    """Limits of a batch of prompts to score; `token_budget` overrides the machine's own."""
    budget = token_budget or _budget(shape, device, 4096 if device.type == "cpu" else 131_072)
    return PromptLimits(budget, _max_rows(device), _SCORE_WINDOW, shares_keys=shares_keys)


def answer_limits(
    shape: ModelShape,
    device: torch.device,
    token_budget: int | None,
    samples: int,
    new_tokens: int,
    *,
    shares_keys: bool,
) -> PromptLimits:
    """Limits of a group of prompts that are answered `samples` times in at most `new_tokens` tokens."""
    return PromptLimits(
        token_budget=token_budget or _budget(shape, device, 16_384 if device.type == "cpu" else 131_072),
        max_rows=_max_rows(device),
        window=_ANSWER_WINDOW,
        samples=samples,
        new_tokens=new_tokens,
        queue=_QUEUE if shares_keys else 1,
        shares_keys=shares_keys,
    )


def _budget(shape: ModelShape, device: torch.device, ceiling: int) -> int:
    activations = 32 * shape.hidden * shape.itemsize
    return default_token_budget(device, key_value_bytes(shape) + activations, ceiling=ceiling)


def _max_rows(device: torch.device) -> int:
    return 256 if device.type == "cpu" else 2048
