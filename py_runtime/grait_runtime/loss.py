"""The loss of both training and gradients: mean cross-entropy over a sample's target tokens, its end of turn included.

The output head sees only the hidden states that predict a target token: with prompts of 60 tokens, targets of 10 and
a vocabulary of 50,000 the other logits would be most of a small model's work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from transformers import PreTrainedModel

from grait_runtime.encoding import EncodedSample
from grait_runtime.errors import RuntimeFault


@dataclass(frozen=True)
class TargetBatch:
    """Samples side by side, right-padded. n = target tokens of all rows, in order of rows."""

    #: [b, t]
    input_ids: Tensor
    #: [n]: positions in the flattened [b * t] hidden states that predict a target token.
    positions: Tensor
    #: [n]: the token ids to be predicted.
    targets: Tensor
    #: [b, n]: row i averages over the target tokens of sample i.
    averaging: Tensor
    #: Target tokens of each row.
    target_counts: list[int]


def target_batch(samples: Sequence[EncodedSample], device: torch.device) -> TargetBatch:
    """Pad `samples` on the right. Attention is causal, so padding changes nothing before it and needs no mask."""
    longest = max(len(sample.input_ids) for sample in samples)
    counts = [len(sample.input_ids) - sample.target_start for sample in samples]
    input_ids = torch.zeros(len(samples), longest, dtype=torch.long)
    averaging = torch.zeros(len(samples), sum(counts))
    positions: list[int] = []
    targets: list[int] = []
    for row, (sample, count) in enumerate(zip(samples, counts, strict=True)):
        input_ids[row, : len(sample.input_ids)] = torch.tensor(sample.input_ids)
        averaging[row, len(targets) : len(targets) + count] = 1 / count
        # The state at position p predicts the token at p + 1.
        first = row * longest + sample.target_start - 1
        positions.extend(range(first, first + count))
        targets.extend(sample.input_ids[sample.target_start :])
    return TargetBatch(
        input_ids=input_ids.to(device),
        positions=torch.tensor(positions).to(device),
        targets=torch.tensor(targets).to(device),
        averaging=averaging.to(device),
        target_counts=counts,
    )


def sample_losses(module: PreTrainedModel, batch: TargetBatch) -> Tensor:
    """Loss of every row, unweighted: float32 [b], nats."""
    with _head_at(module, batch.positions), compute_precision(module):
        logits = module(input_ids=batch.input_ids, use_cache=False).logits
    token_losses = cross_entropy(logits.float(), batch.targets, reduction="none")
    return batch.averaging @ token_losses


def weighted_loss(losses: Tensor, weights: Tensor, samples: int) -> Tensor:
    """sum_i w_i L_i / `samples`, the number of samples of the whole optimizer step: micro-batches add up to it."""
    return (losses * weights).sum() / samples


def compute_precision(module: PreTrainedModel) -> AbstractContextManager[object]:
    """bfloat16 products where the base is bfloat16 (the LoRA parameters stay float32); float32 as it is."""
    if module.dtype == torch.float32:
        return nullcontext()
    if module.dtype == torch.bfloat16:
        return torch.autocast(module.device.type, dtype=torch.bfloat16)
    raise RuntimeFault(
        "invalid_request",
        f"gradients in {module.dtype} lose what is small",
        hint="load the model with dtype bfloat16 or float32",
    )


@contextmanager
def _head_at(module: PreTrainedModel, positions: Tensor) -> Iterator[None]:
    """Let the output head compute only `positions`: logits are [n, vocabulary] within."""

    def gather(head: nn.Module, inputs: tuple[Any, ...]) -> tuple[Tensor]:
        hidden: Tensor = inputs[0]
        return (hidden.flatten(0, 1).index_select(0, positions),)

    head = module.get_output_embeddings()
    if head is None:
        raise RuntimeFault("model_unsupported", f"{type(module).__name__} has no output head")
    handle = head.register_forward_pre_hook(gather)
    try:
        yield
    finally:
        handle.remove()
