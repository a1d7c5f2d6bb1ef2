"""Baselines for feature collection: a bare batched pass, LESS's loop as published, and the simplest good loop."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from transformers import PreTrainedModel

from grait_runtime.adapters.lora_layers import lora_parameters
from grait_runtime.adapters.stored import read_moments
from grait_runtime.bench.timing import timed
from grait_runtime.bench.workload import Workload
from grait_runtime.contract import ProjectionSettings
from grait_runtime.encoding.text import EncodedSample
from grait_runtime.gradients.adam_form import AdamForm
from grait_runtime.gradients.projection import make_projection
from grait_runtime.losses.target_batch import target_batch
from grait_runtime.losses.target_loss import compute_precision, sample_losses
from grait_runtime.planning.batches import plan_batches

#: Tokens of a bare pass; the fastest of these is taken.
_BUDGETS_ON_CPU = (256, 512, 1024, 2048, 4096)
_BUDGETS_ON_GPU = (4096, 8192, 16_384, 32_768, 65_536)
#: Samples that LESS projects together.
_PROJECTED_TOGETHER = 16
#: Columns of the dense projection that are generated and timed; the others cost the same.
_TIMED_COLUMNS = 32
#: Signs in memory at once; LESS's projector makes 100 columns at a time if they fit.
_MOST_SIGNS = 1 << 27


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


def less_seconds(work: Workload, adapter: Path, dim: int) -> float:
    """Seconds for 16 samples as LESS collects them: one at a time, all logits, dense signs drawn block by block.

    Only some columns of the projection are timed; the time is scaled to all.
    """
    samples = work.encoded[:_PROJECTED_TOGETHER]
    with work.loaded.adapted(str(adapter), trainable=True) as module:
        names = list(lora_parameters(module))
        moments = read_moments(adapter, names)
        first = torch.cat([moments[name].first.flatten() for name in names]).to(work.loaded.device)
        second = torch.cat([moments[name].second.flatten() for name in names]).to(work.loaded.device)

        rows: list[Tensor] = []

        def gradients() -> None:
            rows.extend(_adam(_gradient(module, sample, all_logits=True), first, second) for sample in samples)

        taken = timed(gradients, work.loaded.device)
        columns = min(dim, _TIMED_COLUMNS)
        stacked = torch.stack(rows)
        projecting = timed(lambda: _dense_projection(stacked, columns), work.loaded.device)
        return taken + projecting * dim / columns


def simple_seconds(work: Workload, adapter: Path, dim: int, samples: int) -> float:
    """Seconds for `samples` samples by autograd, one at a time, with target-only logits and the sparse projection."""
    with work.loaded.adapted(str(adapter), trainable=True) as module:
        parameters = lora_parameters(module)
        sizes = {name: value.numel() for name, value in parameters.items()}
        settings = ProjectionSettings(kind="sjlt", dim=dim, sparsity=4, seed=0)
        projection = make_projection(settings, sizes, work.loaded.device)
        form = AdamForm(read_moments(adapter, list(sizes)), work.loaded.device)

        def collect() -> None:
            for sample in work.encoded[:samples]:
                _gradient(module, sample, all_logits=False)
                feature = torch.zeros(dim, 1, device=work.loaded.device)
                for name, parameter in parameters.items():
                    assert parameter.grad is not None
                    column = parameter.grad.reshape(-1, 1)
                    form.apply_(name, column, torch.empty_like(column))
                    projection.add(name, column, feature)
                (feature / feature.norm()).cpu()

        return timed(collect, work.loaded.device)


def _gradient(module: PreTrainedModel, sample: EncodedSample, *, all_logits: bool) -> Tensor:
    parameters = lora_parameters(module)
    for parameter in parameters.values():
        parameter.grad = None
    if all_logits:
        _loss_of_all_logits(module, sample).backward()
        return torch.cat([value.grad.flatten() for value in parameters.values() if value.grad is not None])
    sample_losses(module, target_batch([sample], module.device)).sum().backward()
    return torch.empty(0)


def _loss_of_all_logits(module: PreTrainedModel, sample: EncodedSample) -> Tensor:
    ids = torch.tensor([sample.input_ids], device=module.device)
    labels = ids[0, 1:].clone()
    labels[: sample.target_start - 1] = -100
    with compute_precision(module):
        logits = module(input_ids=ids, attention_mask=torch.ones_like(ids), use_cache=False).logits
    return cross_entropy(logits[0, :-1].float(), labels)


def _adam(gradient: Tensor, first: Tensor, second: Tensor) -> Tensor:
    return (0.9 * first + 0.1 * gradient) / torch.sqrt(0.999 * second + 0.001 * gradient**2 + 1e-8)


def _dense_projection(rows: Tensor, dim: int) -> Tensor:
    generator = torch.Generator(rows.device).manual_seed(0)
    block = max(1, min(dim, 100, _MOST_SIGNS // rows.shape[1]))
    signs = torch.empty(rows.shape[1], block, device=rows.device)
    projected = [
        rows @ signs.bernoulli_(0.5, generator=generator).mul_(2).sub_(1)[:, : min(block, dim - start)]
        for start in range(0, dim, block)
    ]
    return torch.cat(projected, dim=1)
