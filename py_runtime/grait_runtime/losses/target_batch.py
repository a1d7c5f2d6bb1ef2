"""Batches samples for one forward pass, and marks the positions that predict their targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from grait_runtime.encoding.text import EncodedSample


@dataclass(frozen=True)
class TargetBatch:
    """A batch of b samples, right-padded; n is their total number of target tokens, in order of rows."""

    #: [p]: tokens that all samples begin with, computed once; often empty.
    prefix: Tensor
    #: [b, t]: what follows the prefix.
    input_ids: Tensor
    #: [n]: positions in the flattened [b * t] hidden states that predict a target token.
    positions: Tensor
    #: [n]: the token ids to predict.
    targets: Tensor
    #: [b, n]: row i averages over the target tokens of sample i.
    averaging: Tensor
    #: Target tokens of each row.
    target_counts: list[int]


def target_batch(samples: Sequence[EncodedSample], device: torch.device, prefix: int = 0) -> TargetBatch:
    """Pad `samples` on the right; their first `prefix` tokens, the same in all, are kept separately.

    Attention is causal, so padding does not affect the tokens before it and needs no mask.
    """
    longest = max(len(sample.input_ids) for sample in samples) - prefix
    counts = [len(sample.input_ids) - sample.target_start for sample in samples]
    input_ids = torch.zeros(len(samples), longest, dtype=torch.long)
    averaging = torch.zeros(len(samples), sum(counts))
    positions: list[int] = []
    targets: list[int] = []
    for row, (sample, count) in enumerate(zip(samples, counts, strict=True)):
        own = sample.input_ids[prefix:]
        input_ids[row, : len(own)] = torch.tensor(own)
        averaging[row, len(targets) : len(targets) + count] = 1 / count
        # The state at position p predicts the token at p + 1.
        first = row * longest + sample.target_start - prefix - 1
        positions.extend(range(first, first + count))
        targets.extend(sample.input_ids[sample.target_start :])
    return TargetBatch(
        prefix=_sent(torch.tensor(samples[0].input_ids[:prefix], dtype=torch.long), device),
        input_ids=_sent(input_ids, device),
        positions=_sent(torch.tensor(positions), device),
        targets=_sent(torch.tensor(targets), device),
        averaging=_sent(averaging, device),
        target_counts=counts,
    )


def _sent(tensor: Tensor, device: torch.device) -> Tensor:
    """The tensor on a device. A GPU fetches it itself from pinned memory, while this side goes on."""
    if device.type != "cuda" or tensor.numel() == 0:
        return tensor.to(device)
    return tensor.pin_memory().to(device, non_blocking=True)


def shared_prefix(samples: Sequence[EncodedSample]) -> int:
    """Number of tokens that all samples begin with, without any sample's last prompt token: that predicts a target."""
    limit = min(sample.target_start for sample in samples) - 1
    first, last = (choose(sample.input_ids[:limit] for sample in samples) for choose in (min, max))
    return next((place for place, (a, b) in enumerate(zip(first, last, strict=True)) if a != b), limit)
