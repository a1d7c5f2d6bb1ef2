"""The baseline for feature collection: a bare batched forward and backward pass that computes the LoRA gradients."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from transformers import PreTrainedModel

from grait_runtime.adapters.lora_layers import lora_parameters
from grait_runtime.bench.timing import timed
from grait_runtime.bench.workload import Workload
from grait_runtime.encoding.text import EncodedSample
from grait_runtime.losses.target_batch import target_batch
from grait_runtime.losses.target_loss import sample_losses
from grait_runtime.planning.batches import plan_batches

_BUDGETS_ON_CPU = (256, 512, 1024, 2048, 4096)
_BUDGETS_ON_GPU = (4096, 8192, 16_384, 32_768, 65_536)


class BarePass:
    """The bare pass over all samples: grouped by length, logits only at target positions, at the fastest batch size."""

    def __init__(self, work: Workload, adapter: Path) -> None:
        self._work = work
        self._adapter = str(adapter)
        budgets = _BUDGETS_ON_GPU if work.loaded.device.type == "cuda" else _BUDGETS_ON_CPU
        self.budget = budgets[0]
        self.budget = min(budgets, key=self._trial)

    def seconds(self) -> float:
        """Seconds of one pass over all samples."""
        return self._run(range(len(self._work.encoded)), self.budget)

    def _trial(self, budget: int) -> float:
        some = range(min(len(self._work.encoded), 48))
        self._run(some[:8], budget)
        return self._run(some, budget)

    def _run(self, chosen: Sequence[int], budget: int) -> float:
        encoded = [self._work.encoded[index] for index in chosen]
        lengths = [len(item.input_ids) for item in encoded]
        batches = plan_batches(lengths, token_budget=budget, max_rows=len(encoded), window=len(encoded))
        with self._work.loaded.adapted(self._adapter, trainable=True) as module:

            def passes() -> None:
                for batch in batches:
                    self._pass(module, [encoded[index] for index in batch])

            return timed(passes, self._work.loaded.device)

    def _pass(self, module: PreTrainedModel, samples: Sequence[EncodedSample]) -> None:
        for parameter in lora_parameters(module).values():
            parameter.grad = None
        batch = target_batch(samples, self._work.loaded.device)
        sample_losses(module, batch).sum().backward()
