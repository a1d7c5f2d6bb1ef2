"""A training continues when memory runs out, and its steps stay the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from grait_runtime.adapters.folder import ADAPTER_FILE, OPTIMIZER_FILE
from grait_runtime.adapters.stored import read_tensors
from grait_runtime.contract import TrainLoraRequest
from grait_runtime.errors import Cancelled, RuntimeFault
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.train_lora import train_lora
from tests.contexts import InterruptedContext, RecordingContext
from tests.lora_cases import encoded, lora, relative_error, samples, train_request
from tests.small_memory import memory_for
from tests.training.runs import digests, trained

Load = Callable[..., LoadedModel]


def test_when_memory_runs_out_a_step_is_done_in_smaller_parts_and_learns_the_same(
    models: ModelRegistry, load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load("llama")
    weights = [1.0, 0.5, 1.0, 0.1, 1.0, 0.7, 1.0]
    whole = trained(models, train_request(loaded, tmp_path / "whole", samples(7, weights), batch_size=7))
    longest = max(len(encoded(loaded, item).input_ids) for item in samples())
    monkeypatch.setattr(loaded.module, "forward", memory_for(loaded, longest))
    context = RecordingContext()
    less = train_lora(models, train_request(loaded, tmp_path / "less", samples(7, weights), batch_size=7), context)
    assert (whole.halvings, less.steps) == (0, whole.steps)
    assert less.halvings > 0
    assert [text for text in context.warnings if "token budget" in text and "gradientCheckpointing" in text]
    assert less.losses == pytest.approx(whole.losses, rel=1e-4)
    adapters = [read_tensors(tmp_path / name / ADAPTER_FILE) for name in ("whole", "less")]
    assert max(relative_error(adapters[1][name], adapters[0][name]) for name in adapters[0]) < 1e-3


def test_gradients_of_a_pass_that_ran_out_of_memory_half_way_are_dropped(
    models: ModelRegistry, load: Load, tmp_path: Path
) -> None:
    """The backward pass fails at the first layer, when the gradients of the later layers have already been added."""
    loaded = load("llama")
    settings: dict[str, Any] = dict(batch_size=7, epochs=1.0, max_grad_norm=0.0)
    whole = trained(models, train_request(loaded, tmp_path / "whole", samples(), **settings))
    failures: list[int] = []

    def too_many(layer: torch.nn.Module, inputs: Any, output: Any) -> None:
        states = output if isinstance(output, torch.Tensor) else output[0]

        def refuse(gradient: torch.Tensor) -> None:
            if len(gradient) > 2:
                failures.append(len(gradient))
                raise torch.OutOfMemoryError("CUDA out of memory")

        if states.requires_grad:
            states.register_hook(refuse)

    handle = loaded.module.get_submodule("model.layers.0").register_forward_hook(too_many)
    less = trained(models, train_request(loaded, tmp_path / "less", samples(), **settings))
    handle.remove()
    assert failures
    assert less.halvings == len(failures)
    assert less.losses == pytest.approx(whole.losses, rel=1e-5)
    moments = [read_tensors(tmp_path / name / OPTIMIZER_FILE) for name in ("whole", "less")]
    for name, value in moments[0].items():
        torch.testing.assert_close(moments[1][name], value, rtol=1e-3, atol=1e-8)


def test_halvings_are_kept_in_the_checkpoint_so_that_a_resumed_training_ends_with_the_same_bytes(
    models: ModelRegistry, load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load("llama")
    longest = max(len(encoded(loaded, item).input_ids) for item in samples())

    def request(output: str, checkpoint: str | None) -> TrainLoraRequest:
        folder = tmp_path / checkpoint if checkpoint else None
        settings = lora(dropout=0.2)
        return train_request(
            loaded, tmp_path / output, samples(), lora_settings=settings, checkpoint=folder, epochs=3.0
        )

    with monkeypatch.context() as patch:
        patch.setattr(loaded.module, "forward", memory_for(loaded, longest))
        once = trained(models, request("once", None))
        with pytest.raises(Cancelled):
            train_lora(models, request("resumed", "checkpoint"), InterruptedContext(14))
    # The memory is back, but the steps that are left are cut as before.
    context = RecordingContext()
    result = train_lora(models, request("resumed", "checkpoint"), context)
    assert context.progressed[0][0] >= 1
    assert context.warnings == []
    assert result.halvings == once.halvings > 0
    assert digests(tmp_path / "resumed") == digests(tmp_path / "once")
    whole = trained(models, request("whole", None))
    assert whole.halvings == 0
    assert digests(tmp_path / "whole") != digests(tmp_path / "once")


def test_a_sample_that_does_not_fit_the_memory_even_alone_is_named(
    models: ModelRegistry, load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load("llama")
    longest = max(samples(), key=lambda item: len(encoded(loaded, item).input_ids))
    tokens = len(encoded(loaded, longest).input_ids)
    monkeypatch.setattr(loaded.module, "forward", memory_for(loaded, tokens - 1))
    with pytest.raises(RuntimeFault) as raised:
        trained(models, train_request(loaded, tmp_path / "out", samples()))
    assert raised.value.code == "out_of_memory"
    assert f"sample {longest.id} of {tokens} tokens" in raised.value.message
    assert "gradientCheckpointing" in (raised.value.hint or "")
    assert list(tmp_path.iterdir()) == []
