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
#: Bytes of a window's hidden states.
_STATE_BYTES = 64 << 20
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


def state_limits(
    shape: ModelShape, memory: DeviceMemory, token_budget: int | None, layers: int, *, shares_keys: bool
) -> BatchLimits:
    """Limits for a batch of prompts whose hidden states are read at `layers` layers: the model keeps those of all."""
    kept = (shape.layers + 1) * shape.hidden_size * shape.itemsize
    budget = token_budget or _budget(shape, memory, 4096 if memory.kind == "cpu" else 131_072, kept)
    # The client puts the rows of a window back into its order, so a window must be small enough to hold there.
    window = max(1, min(_ANSWER_WINDOW, _STATE_BYTES // (4 * max(1, layers) * shape.hidden_size)))
    return BatchLimits(budget, min(_max_rows(memory), window), window, shares_keys=shares_keys)


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


def _budget(shape: ModelShape, memory: DeviceMemory, ceiling: int, kept: int = 0) -> int:
    """Tokens that fit the memory; `kept`: bytes of each beside its keys, values and activations."""
    activations = 32 * shape.hidden_size * shape.itemsize
    return default_token_budget(memory, key_value_bytes(shape) + activations + kept, ceiling=ceiling)


def _max_rows(memory: DeviceMemory) -> int:
    return 256 if memory.kind == "cpu" else 2048
