"""Sets how much of a model's work fits one batch, from the kind of machine and the model's shape alone."""

from __future__ import annotations

from grait_runtime.device.device_memory import DeviceMemory
from grait_runtime.planning.batches import default_token_budget
from grait_runtime.planning.limits import BatchLimits
from grait_runtime.planning.model_shape import ModelShape

#: Prompts planned together; a stream keeps the input order only between windows. Scores are small enough that
#: thousands can wait, so all questions of a subject share a window.
_SCORE_WINDOW = 65_536
_ANSWER_WINDOW = 16_384
#: A group of answers holds this many times what is computed at once. On a CPU that is half a minute of work for a small
#: model, which is the most that an interruption should cost.
_QUEUE = 3


def key_value_bytes(shape: ModelShape) -> int:
    """Bytes of one token's keys and values in all layers."""
    return 2 * shape.layers * shape.kv_heads * shape.head_dim * shape.itemsize


def score_limits(
    shape: ModelShape, memory: DeviceMemory, token_budget: int | None, *, shares_keys: bool
) -> BatchLimits:
    """Limits for a batch of prompts to score; `token_budget` overrides the machine's default."""
    budget = token_budget or _budget(shape, memory, 4096 if memory.kind == "cpu" else 131_072)
    return BatchLimits(budget, _max_rows(memory), _SCORE_WINDOW, shares_keys=shares_keys)


def answer_limits(
    shape: ModelShape,
    memory: DeviceMemory,
    token_budget: int | None,
    samples: int,
    new_tokens: int,
    *,
    shares_keys: bool,
) -> BatchLimits:
    """Limits for a group of prompts, each answered `samples` times with at most `new_tokens` tokens."""
    return BatchLimits(
        token_budget=token_budget or _budget(shape, memory, 16_384 if memory.kind == "cpu" else 131_072),
        max_rows=_max_rows(memory),
        window=_ANSWER_WINDOW,
        samples=samples,
        new_tokens=new_tokens,
        queue=_QUEUE if shares_keys else 1,
        shares_keys=shares_keys,
    )


def _budget(shape: ModelShape, memory: DeviceMemory, ceiling: int) -> int:
    activations = 32 * shape.hidden_size * shape.itemsize
    return default_token_budget(memory, key_value_bytes(shape) + activations, ceiling=ceiling)


def _max_rows(memory: DeviceMemory) -> int:
    return 256 if memory.kind == "cpu" else 2048
