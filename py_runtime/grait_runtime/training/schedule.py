"""The schedule of a training: its number of optimizer steps, and the samples and learning rate of each step."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from grait_runtime.contract import TrainSettings
from grait_runtime.planning.batches import plan_batches


@dataclass(frozen=True)
class Schedule:
    """The schedule of a training on `samples` samples: a pure function of its settings and seed."""

    samples: int
    settings: TrainSettings
    seed: int

    @property
    def samples_per_step(self) -> int:
        """Samples per optimizer step; the last step of an epoch takes the rest."""
        return self.settings.batch_size * self.settings.accumulation

    @property
    def steps_per_epoch(self) -> int:
        return math.ceil(self.samples / self.samples_per_step)

    @property
    def steps(self) -> int:
        """Total number of optimizer steps; a fraction of an epoch is rounded up to whole steps."""
        return math.ceil(self.settings.epochs * self.steps_per_epoch)

    @property
    def warmup_steps(self) -> int:
        return math.ceil(self.settings.warmup_ratio * self.steps)

    def learning_rate(self, step: int) -> float:
        """Learning rate of optimizer step `step` (from 0): the schedules of transformers, with warm-up from 0."""
        rate = self.settings.learning_rate
        if step < self.warmup_steps:
            return rate * step / self.warmup_steps
        progress = (step - self.warmup_steps) / max(1, self.steps - self.warmup_steps)
        if self.settings.schedule == "linear":
            return rate * (1 - progress)
        if self.settings.schedule == "cosine":
            return rate * 0.5 * (1 + math.cos(math.pi * progress))
        return rate

    def samples_of_step(self, step: int) -> list[int]:
        """Indices of the samples of optimizer step `step`, from a permutation of its epoch."""
        epoch, position = divmod(step, self.steps_per_epoch)
        generator = torch.Generator().manual_seed(derived_seed(self.seed, "order", epoch))
        order: list[int] = torch.randperm(self.samples, generator=generator).tolist()
        first = position * self.samples_per_step
        return order[first : first + self.samples_per_step]


def derived_seed(seed: int, *path: str | int) -> int:
    """A separate seed for every purpose, so that no draw depends on the number of earlier draws."""
    text = "\0".join(str(part) for part in (seed, *path))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little") >> 1


def micro_batches(
    chosen: Sequence[int], lengths: Sequence[int], *, token_budget: int, max_rows: int, border: int | None = None
) -> list[list[int]]:
    """Cut one optimizer step's samples into batches of similar length; the step's loss is a sum, so any cut will do."""
    own = [lengths[index] for index in chosen]
    batches = plan_batches(own, token_budget=token_budget, max_rows=max_rows, window=len(chosen), border=border)
    return [[chosen[position] for position in batch] for batch in batches]
