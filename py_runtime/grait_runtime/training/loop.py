"""The training loop, which gives the same bytes even if it is interrupted and resumed.

An optimizer step depends only on (settings, seed, samples, step, parameters, moments). transformers.Trainer hides
order, accumulation and random states (docs/gradient-engine.md has the comparison). accelerate, on which Trainer is
built, does the parts of a step that would change with more devices.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import torch
from torch import Tensor
from transformers import PreTrainedModel

from grait_runtime.context import CallContext
from grait_runtime.contract import TrainLoraRequest
from grait_runtime.encoding.text import EncodedSample
from grait_runtime.errors import RuntimeFault
from grait_runtime.losses.target_batch import shared_prefix, target_batch
from grait_runtime.losses.target_loss import can_share_prefix, sample_losses, weighted_loss
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.lora_adapters import Moments, lora_parameters
from grait_runtime.models.shape import model_shape
from grait_runtime.planning.training_budget import training_token_budget
from grait_runtime.training.accelerator import accelerator_for
from grait_runtime.training.activation_checkpointing import checkpointed_layers
from grait_runtime.training.checkpoints import CheckpointFolder, TrainingState, training_digest
from grait_runtime.training.schedule import Schedule, derived_seed, micro_batches


class Training:
    """A training in progress: parameters, optimizer and position."""

    def __init__(
        self, loaded: LoadedModel, module: PreTrainedModel, samples: Sequence[EncodedSample], request: TrainLoraRequest
    ) -> None:
        self._module = module
        self._samples = samples
        self._settings = request.train
        self._seed = request.seed
        self._device = loaded.device
        self._lengths = [len(sample.input_ids) for sample in samples]
        self._token_budget = training_token_budget(model_shape(loaded), loaded.device)
        self._schedule = Schedule(len(samples), request.train, request.seed)
        self.parameters = lora_parameters(module)
        self._optimizer = torch.optim.AdamW(
            self.parameters.values(), betas=(0.9, 0.999), eps=1e-8, weight_decay=request.train.weight_decay
        )
        self._accelerator = accelerator_for(loaded.device)
        self._stepper = self._accelerator.prepare_optimizer(self._optimizer)
        self._shares_prefix = False
        self._lora_dropout = request.lora.dropout
        self._dropout = [layer for name, layer in module.named_modules() if "lora_dropout" in name]
        self._checkpoints: CheckpointFolder | None = None
        self._checkpoint_steps = 0
        if request.checkpoint is not None:
            digest = training_digest(request, samples, loaded.revision)
            self._checkpoints = CheckpointFolder(Path(request.checkpoint.dir), digest)
            self._checkpoint_steps = request.checkpoint.every_steps

    def run(self, context: CallContext) -> TrainingState:
        """Run the remaining steps."""
        steps = self._schedule.steps
        if steps > 0:
            self._shares_prefix = self._can_share_prefix()
        state = self._resumed(context)
        context.progress(state.step, steps, "step")
        for layer in self._dropout:
            layer.train()
        recomputed = checkpointed_layers(self._module) if self._settings.gradient_checkpointing else nullcontext()
        with recomputed:
            self._remaining_steps(state, context)
        return state

    def _remaining_steps(self, state: TrainingState, context: CallContext) -> None:
        steps = self._schedule.steps
        while state.step < steps:
            began = time.perf_counter()
            loss, tokens = self._step(state.step, context)
            seconds = time.perf_counter() - began
            state.step += 1
            state.losses.append(loss)
            state.tokens += tokens
            state.seconds += seconds
            context.progress(state.step, steps, "step", f"loss {loss:.3f}, {tokens / seconds:.0f} tokens/s")
            if self._checkpoints is not None and self._checkpoint_steps and state.step % self._checkpoint_steps == 0:
                self._checkpoints.save(state, self.parameters, self.moments())

    def moments(self) -> dict[str, Moments]:
        """The AdamW moments of every parameter; zero before the first step."""
        found = {}
        for name, parameter in self.parameters.items():
            state = self._optimizer.state.get(parameter)
            first = state["exp_avg"] if state else torch.zeros_like(parameter)
            second = state["exp_avg_sq"] if state else torch.zeros_like(parameter)
            found[name] = Moments(first, second)
        return found

    def _step(self, step: int, context: CallContext) -> tuple[float, int]:
        """Run one optimizer step; return its loss and the tokens it saw."""
        chosen = self._schedule.samples_of_step(step)
        prefix = self._prefix(chosen)
        batches = micro_batches(
            chosen,
            [length - prefix for length in self._lengths],
            token_budget=max(1, self._token_budget - prefix),
            max_rows=self._settings.batch_size,
        )
        self._stepper.zero_grad(set_to_none=True)
        loss = 0.0
        for number, batch in enumerate(batches):
            context.check_cancelled()
            with _seeded(derived_seed(self._seed, "dropout", step, number), self._device):
                loss += self._accumulate([self._samples[index] for index in batch], prefix, len(chosen), step)
        self._clip(step)
        for group in self._optimizer.param_groups:
            group["lr"] = self._schedule.learning_rate(step)
        self._stepper.step()
        return loss, sum(self._lengths[index] for index in chosen)

    def _accumulate(self, samples: Sequence[EncodedSample], prefix: int, step_samples: int, step: int) -> float:
        """Add the gradients of a micro-batch's share of the step's loss; return that share."""
        losses = sample_losses(self._module, target_batch(samples, self._device, prefix))
        weights = torch.tensor([sample.weight for sample in samples], device=self._device)
        loss = weighted_loss(losses, weights, step_samples)
        value = float(loss.detach())
        if not math.isfinite(value):
            raise _non_finite(step, samples, losses.detach())
        self._accelerator.backward(loss)
        return value

    def _prefix(self, chosen: Sequence[int]) -> int:
        """Number of tokens that all samples of a step begin with, if computing them once pays off; otherwise 0."""
        if not self._shares_prefix or len(chosen) < 2:
            return 0
        prefix = shared_prefix([self._samples[index] for index in chosen])
        return prefix if prefix >= _SHORTEST_PREFIX else 0

    def _can_share_prefix(self) -> bool:
        """Whether prefixes can be shared, tested on two samples of the first step.

        Not with dropout, where every row's prefix has its own masks, and not with checkpointing, where a layer that is
        computed again would write its keys and values into the cache twice.
        """
        if self._lora_dropout or self._settings.gradient_checkpointing:
            return False
        first = [self._samples[index] for index in self._schedule.samples_of_step(0)[:2]]
        return can_share_prefix(self._module, first, self._device)

    def _clip(self, step: int) -> None:
        if self._settings.max_grad_norm > 0:
            norm = self._accelerator.clip_grad_norm_(self.parameters.values(), self._settings.max_grad_norm)
            if not torch.isfinite(norm):
                raise RuntimeFault("non_finite_loss", f"the gradient of step {step + 1} is not finite", hint=_SMALLER)

    def _resumed(self, context: CallContext) -> TrainingState:
        """Load the newest checkpoint's parameters and moments and return its state; without one, the initial state."""
        names = list(self.parameters)
        found = self._checkpoints.latest(names, context) if self._checkpoints is not None else None
        if found is None:
            return TrainingState()
        for name, parameter in self.parameters.items():
            parameter.data.copy_(found.parameters[name])
            self._optimizer.state[parameter] = {
                "step": torch.tensor(float(found.state.step)),
                "exp_avg": torch.empty_like(parameter).copy_(found.moments[name].first),
                "exp_avg_sq": torch.empty_like(parameter).copy_(found.moments[name].second),
            }
        return found.state


#: A shorter common prefix costs more as a separate pass than it saves.
_SHORTEST_PREFIX = 8
_SMALLER = "use a smaller learning rate, or look for a damaged sample"


def _non_finite(step: int, samples: Sequence[EncodedSample], losses: Tensor) -> RuntimeFault:
    bad = [sample.id for sample, good in zip(samples, losses.isfinite().tolist(), strict=True) if not good]
    ids = bad or [sample.id for sample in samples]
    message = f"the loss of step {step + 1} is not finite; samples: {', '.join(ids[:8])}"
    return RuntimeFault("non_finite_loss", message, hint=_SMALLER, details={"step": step + 1, "ids": ids})


@contextmanager
def _seeded(seed: int, device: torch.device) -> Iterator[None]:
    """Inside, dropout masks come from `seed`, whatever ran before; afterwards the generators are restored."""
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield
