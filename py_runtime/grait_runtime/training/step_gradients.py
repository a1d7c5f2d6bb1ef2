"""Adds up the gradients of one optimizer step, micro-batch by micro-batch, within the available memory.

A step's loss is a sum over its samples, so any cut into micro-batches gives the same step, but for rounding. When
memory runs out, the step begins again with smaller ones: the gradients of a failed pass are incomplete.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor
from transformers import PreTrainedModel

from grait_runtime.adapters.lora_layers import lora_parameters
from grait_runtime.device.memory_failure import free_memory, is_out_of_memory
from grait_runtime.device.same_bytes import same_bytes
from grait_runtime.encoding.text import EncodedSample
from grait_runtime.errors import RuntimeFault
from grait_runtime.losses.loss_scale import loss_scale
from grait_runtime.losses.target_batch import shared_prefix, target_batch
from grait_runtime.losses.target_loss import sample_losses, weighted_loss
from grait_runtime.planning.halvings import Halvings
from grait_runtime.training.schedule import derived_seed, micro_batches

#: A shorter common prefix costs more as a separate pass than it saves.
_SHORTEST_PREFIX = 8
SMALLER_STEPS = "use a smaller learning rate, or look for a damaged sample"


class StepGradients:
    """Computes the gradients of a module's LoRA parameters for the samples of a step."""

    def __init__(
        self,
        module: PreTrainedModel,
        samples: Sequence[EncodedSample],
        device: torch.device,
        seed: int,
        backward: Callable[[Tensor], None],
    ) -> None:
        self._module = module
        self._parameters = list(lora_parameters(module).values())
        self._samples = samples
        self._lengths = [len(sample.input_ids) for sample in samples]
        self._device = device
        self._seed = seed
        self._backward = backward
        #: How often the scale of the loss was lowered; see losses/loss_scale.py. All later steps keep the lower one.
        self.lowered = 0

    def prefix(self, chosen: Sequence[int], border: int | None) -> int:
        """Number of tokens that all samples of a step begin with, if computing them once pays off; otherwise 0.

        Not if a sample lies beyond the `border`: its first tokens have other position factors than a prefix alone.
        """
        if len(chosen) < 2 or (border is not None and any(self._lengths[index] > border for index in chosen)):
            return 0
        prefix = shared_prefix([self._samples[index] for index in chosen])
        return prefix if prefix >= _SHORTEST_PREFIX else 0

    def add(
        self,
        step: int,
        chosen: Sequence[int],
        prefix: int,
        halvings: Halvings,
        check_cancelled: Callable[[], None],
    ) -> float:
        """Add the gradients of the samples `chosen`, which begin with the same `prefix` tokens; return the loss."""
        while True:
            loss = self._within(step, chosen, prefix, halvings, check_cancelled)
            if loss is not None and self._unscaled():
                return loss

    def _within(
        self,
        step: int,
        chosen: Sequence[int],
        prefix: int,
        halvings: Halvings,
        check_cancelled: Callable[[], None],
    ) -> float | None:
        """Add the gradients within the present limits; None: memory ran out, and the limits are lower now."""
        limits = halvings.limits
        batches = micro_batches(
            chosen,
            [length - prefix for length in self._lengths],
            token_budget=max(1, limits.token_budget - prefix),
            max_rows=limits.max_rows,
            border=limits.border,
        )
        self._forget()
        loss = 0.0
        for number, batch in enumerate(batches):
            check_cancelled()
            with _seeded(derived_seed(self._seed, "dropout", step, number), self._device):
                share = self._accumulate([self._samples[index] for index in batch], prefix, len(chosen), step)
            if share is None:
                self._forget()
                self._halve(halvings, batch, prefix)
                return None
            loss += share
        return loss

    def _accumulate(self, samples: Sequence[EncodedSample], prefix: int, step_samples: int, step: int) -> float | None:
        """Add the gradients of a micro-batch's share of the step's loss; return that share.

        None: memory ran out. What the failed pass held is free when this returns.
        """
        try:
            with same_bytes(self._module, self._device):
                losses = sample_losses(self._module, target_batch(samples, self._device, prefix))
                weights = torch.tensor([sample.weight for sample in samples], device=self._device)
                loss = weighted_loss(losses, weights, step_samples)
                value = float(loss.detach())
                if not math.isfinite(value):
                    raise _non_finite(step, samples, losses.detach())
                self._backward(loss * loss_scale(self._module.dtype, self.lowered))
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            return None
        return value

    def _unscaled(self) -> bool:
        """Divide the gradients by the loss's scale. False: one is too large for float16, and the scale is lower now.

        At a scale of 1 they are what they are; the caller looks at their norm.
        """
        scale = loss_scale(self._module.dtype, self.lowered)
        if scale == 1:
            return True
        gradients = [parameter.grad for parameter in self._parameters if parameter.grad is not None]
        norms = torch.stack([gradient.div_(scale).norm() for gradient in gradients])
        finite = bool(norms.isfinite().all())
        self.lowered += not finite
        return finite

    def _forget(self) -> None:
        """Drop all gradients added so far."""
        for parameter in self._parameters:
            parameter.grad = None

    def _halve(self, halvings: Halvings, batch: Sequence[int], prefix: int) -> None:
        """Halve the limits until a micro-batch that did not fit is cut; RuntimeFault if it is a single sample."""
        if len(batch) == 1:
            free_memory()
            raise _too_large(self._samples[batch[0]], self._device)
        longest = max(self._lengths[index] for index in batch)
        halvings.halve(len(batch), halvings.limits.tokens(len(batch), len(batch), longest, prefix))


def _non_finite(step: int, samples: Sequence[EncodedSample], losses: Tensor) -> RuntimeFault:
    bad = [sample.id for sample, good in zip(samples, losses.isfinite().tolist(), strict=True) if not good]
    ids = bad or [sample.id for sample in samples]
    message = f"the loss of step {step + 1} is not finite; samples: {', '.join(ids[:8])}"
    return RuntimeFault("non_finite_loss", message, hint=SMALLER_STEPS, details={"step": step + 1, "ids": ids})


def _too_large(sample: EncodedSample, device: torch.device) -> RuntimeFault:
    tokens = len(sample.input_ids)
    return RuntimeFault(
        "out_of_memory",
        f"sample {sample.id} of {tokens} tokens does not fit the memory of {device}, even alone",
        hint="train with gradientCheckpointing, load the model in bfloat16 or nf4, or leave the sample out",
        details={"id": sample.id, "tokens": tokens},
    )


@contextmanager
def _seeded(seed: int, device: torch.device) -> Iterator[None]:
    """Inside, dropout masks come from `seed`, whatever ran before; afterwards the generators are restored."""
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield
