"""Features are computed in smaller batches when memory runs out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from grait_runtime.losses.target_batch import TargetBatch
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from tests.gradients.collected import Collected
from tests.lora_cases import TEXTS, encoded, gradient_request, relative_error, sample, samples, trained_adapter
from tests.small_memory import memory_for

Load = Callable[..., LoadedModel]


@pytest.mark.parametrize(
    "error",
    [torch.OutOfMemoryError("CUDA out of memory"), RuntimeError("DefaultCPUAllocator: can't allocate memory")],
)
def test_out_of_memory_halves_the_batch_and_loses_only_the_sample_that_never_fits(
    models: ModelRegistry, load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: RuntimeError
) -> None:
    from grait_runtime.gradients import per_sample

    loaded = load("llama")
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    whole = Collected(models, gradient_request(loaded, adapter, samples()))
    longest = max(samples(), key=lambda given: len(encoded(loaded, given).input_ids))
    limit = len(encoded(loaded, longest).input_ids) - 1
    compute = per_sample.PerSampleGradients.run

    def limited(
        self: per_sample.PerSampleGradients, batch: TargetBatch, sink: per_sample.GradientSink, scale: float
    ) -> Tensor:
        if batch.input_ids.numel() > limit:
            raise error
        return compute(self, batch, sink, scale)

    monkeypatch.setattr(per_sample.PerSampleGradients, "run", limited)
    found = Collected(models, gradient_request(loaded, adapter, samples()))
    assert [(failure.id, failure.code) for failure in found.failures] == [(longest.id, "out_of_memory")]
    assert set(found.features) == {given.id for given in samples()} - {longest.id}
    assert all(relative_error(found.row(id), whole.row(id)) <= 1e-5 for id in found.features)


def test_halvings_are_told_so_that_later_batches_and_a_resumed_call_are_cut_in_the_same_way(
    models: ModelRegistry, load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load("llama")
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    given = [sample(f"{turn}-{item.id}", *TEXTS[n]) for turn in range(4) for n, item in enumerate(samples())]
    settings: dict[str, Any] = dict(form="adam", kind="sjlt", token_budget=400)
    whole = Collected(models, gradient_request(loaded, adapter, given, **settings))
    longest = max(len(encoded(loaded, item).input_ids) for item in given)
    with monkeypatch.context() as patch:
        patch.setattr(loaded.module, "forward", memory_for(loaded, longest))
        halved = Collected(models, gradient_request(loaded, adapter, given, **settings))
        retried = Collected(models, gradient_request(loaded, adapter, given, **settings))
    assert whole.plan == halved.plan
    assert set(whole.halvings) == {0}
    assert halved.halvings == sorted(halved.halvings)
    assert halved.halvings[-1] > 0
    assert len(halved.warnings) == 1
    assert "token budget" in halved.warnings[0]
    assert halved.features.keys() == whole.features.keys()
    assert all(relative_error(halved.row(id), whole.row(id)) <= 1e-4 for id in whole.features)
    assert all(np.array_equal(retried.features[id], row) for id, row in halved.features.items())
    # A call that goes on is told the count. It needs no shortage to cut as before.
    done = 1 + next(number for number, count in enumerate(halved.halvings) if count == halved.halvings[-1])
    assert done < halved.plan.batches
    rest = Collected(
        models,
        gradient_request(
            loaded, adapter, given, completed=tuple(range(done)), halvings=halved.halvings[-1], **settings
        ),
    )
    assert (rest.plan, rest.warnings) == (halved.plan, [])
    assert rest.features.keys() < halved.features.keys()
    assert all(np.array_equal(row, halved.features[id]) for id, row in rest.features.items())


def test_a_size_that_did_not_fit_is_not_tried_again_in_later_batches(
    models: ModelRegistry, load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load("llama")
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    given = [sample(f"q{n}", *TEXTS[0]) for n in range(24)]
    tokens = len(encoded(loaded, given[0]).input_ids)
    sizes: list[int] = []
    limited = memory_for(loaded, 2 * tokens)

    def counted(*args: Any, **options: Any) -> object:
        sizes.append(len(options["input_ids"]))
        return limited(*args, **options)

    monkeypatch.setattr(loaded.module, "forward", counted)
    found = Collected(models, gradient_request(loaded, adapter, given, token_budget=8 * tokens))
    assert found.plan.batches == 3
    trial = [1, 1, 2]
    assert sizes == [*trial, 8, 4, *[2] * 12]
    assert found.halvings == [2, 2, 2]
    assert len(found.features) == 24
