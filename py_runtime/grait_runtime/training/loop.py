"""The training loop, which gives the same bytes even if it is interrupted and resumed.

An optimizer step depends only on (settings, seed, samples, step, parameters, moments). transformers.Trainer hides
order, accumulation and random states (docs/gradient-engine.md has the comparison). accelerate, on which Trainer is
built, does the parts of a step that would change with more devices.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import torch
from transformers import PreTrainedModel

from grait_runtime.adapters.lora_layers import lora_parameters
from grait_runtime.adapters.stored import Moments
from grait_runtime.context import CallContext
from grait_runtime.contract import TrainLoraRequest
from grait_runtime.device.devices import device_memory
from grait_runtime.device.memory_failure import free_memory, is_out_of_memory
from grait_runtime.encoding.text import EncodedSample
from grait_runtime.errors import RuntimeFault
from grait_runtime.losses.target_loss import can_share_prefix
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.shape import model_shape
from grait_runtime.planning.halvings import Halvings
from grait_runtime.planning.limits import BatchLimits
from grait_runtime.planning.training_budget import training_token_budget
from grait_runtime.training.accelerator import accelerator_for
from grait_runtime.training.activation_checkpointing import checkpointed_layers
from grait_runtime.training.checkpoints import CheckpointFolder, TrainingState
from grait_runtime.training.identity import training_identity
from grait_runtime.training.schedule import Schedule
from grait_runtime.training.step_gradients import SMALLER_STEPS, StepGradients
from grait_runtime.trials.model_trial import batching_of


class Training:
    """A training in progress: parameters, optimizer and position."""

    def __init__(
        self, loaded: LoadedModel, module: PreTrainedModel, samples: Sequence[EncodedSample], request: TrainLoraRequest
    ) -> None:
        self._module = module
        self._samples = samples
        self._settings = request.train
        self._device = loaded.device
        self._lengths = [len(sample.input_ids) for sample in samples]
        budget = training_token_budget(model_shape(loaded), device_memory(loaded.device))
        self._batching = batching_of(loaded)
        rows = request.train.batch_size if self._batching.pads_right else 1
        self._limits = BatchLimits(budget, rows, window=len(samples), border=self._batching.border)
        self._schedule = Schedule(len(samples), request.train, request.seed)
        self.parameters = lora_parameters(module)
        self._optimizer = torch.optim.AdamW(
            self.parameters.values(), betas=(0.9, 0.999), eps=1e-8, weight_decay=request.train.weight_decay
        )
        self._accelerator = accelerator_for(loaded.device)
        self._stepper = self._accelerator.prepare_optimizer(self._optimizer)
        self._gradients = StepGradients(module, samples, self._device, request.seed, self._accelerator.backward)
        self._lora_dropout = request.lora.dropout
        self._dropout = [layer for name, layer in module.named_modules() if "lora_dropout" in name]
        self._checkpoints: CheckpointFolder | None = None
        self._checkpoint_steps = 0
        if request.checkpoint is not None:
            identity = training_identity(request, samples, loaded, self._limits)
            self._checkpoints = CheckpointFolder(Path(request.checkpoint.dir), identity)
            self._checkpoint_steps = request.checkpoint.every_steps

    def run(self, context: CallContext) -> TrainingState:
        """Run the remaining steps."""
        steps = self._schedule.steps
        state = self._resumed(context)
        if steps > 0 and state.shares_prefix is None:
            state.shares_prefix = self._can_share_prefix(context)
        context.progress(state.step, steps, "step")
        for layer in self._dropout:
            layer.train()
        recomputed = checkpointed_layers(self._module) if self._settings.gradient_checkpointing else nullcontext()
        with recomputed:
            self._remaining_steps(state, context)
        return state

    def _remaining_steps(self, state: TrainingState, context: CallContext) -> None:
        steps = self._schedule.steps
        halvings = Halvings(self._limits, state.halvings, context, _LESS_MEMORY)
        self._gradients.lowered = state.lowered
        while state.step < steps:
            began = time.perf_counter()
            chosen = self._schedule.samples_of_step(state.step)
            prefix = self._gradients.prefix(chosen, self._limits.border) if state.shares_prefix else 0
            loss = self._step(state.step, chosen, prefix, halvings, context)
            seconds = time.perf_counter() - began
            tokens = sum(self._lengths[index] for index in chosen)
            state.step += 1
            state.halvings, state.lowered = halvings.count, self._gradients.lowered
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

    def _step(self, step: int, chosen: Sequence[int], prefix: int, halvings: Halvings, context: CallContext) -> float:
        """Run one optimizer step; return its loss."""
        loss = self._gradients.add(step, chosen, prefix, halvings, context.check_cancelled)
        self._clip(step)
        for group in self._optimizer.param_groups:
            group["lr"] = self._schedule.learning_rate(step)
        self._stepper.step()
        return loss

    def _can_share_prefix(self, context: CallContext) -> bool:
        """Whether prefixes can be shared, tested on two samples of the first step.

        Not with dropout, where every row's prefix has its own masks, and not with checkpointing, where a layer that is
        computed again would write its keys and values into the cache twice.
        """
        if self._lora_dropout or self._settings.gradient_checkpointing or not self._batching.caches_several:
            return False
        first = [self._samples[index] for index in self._schedule.samples_of_step(0)[:2]]
        try:
            return can_share_prefix(self._module, first, self._device)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
        free_memory()
        context.warn("two samples do not fit the memory together, so common prefixes are computed for every sample")
        return False

    def _clip(self, step: int) -> None:
        if self._settings.max_grad_norm > 0:
            norm = self._accelerator.clip_grad_norm_(self.parameters.values(), self._settings.max_grad_norm)
            if not torch.isfinite(norm):
                raise RuntimeFault(
                    "non_finite_loss", f"the gradient of step {step + 1} is not finite", hint=SMALLER_STEPS
                )

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


_LESS_MEMORY = "Training with gradientCheckpointing needs less memory"
