"""A float16 base is trained with float32 LoRA, and has gradient features, for GPUs without bfloat16."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import torch

from grait_runtime.adapters.folder import OPTIMIZER_FILE
from grait_runtime.adapters.stored import read_tensors
from grait_runtime.errors import Cancelled
from grait_runtime.losses.loss_scale import loss_scale
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.train_lora import train_lora
from tests.contexts import InterruptedContext, RecordingContext
from tests.gradients.collected import Collected
from tests.lora_cases import gradient_request, relative_error, samples, train_request
from tests.requests import load_request
from tests.training.runs import digests, trained

TinyDir = Callable[..., Path]


@pytest.fixture
def narrow(models: ModelRegistry, tiny_dir: TinyDir) -> LoadedModel:
    request = msgspec.structs.replace(load_request(f"path:{tiny_dir('llama')}"), dtype="float16")
    return models.get(models.load(request).model)


@pytest.fixture
def wide(models: ModelRegistry, tiny_dir: TinyDir) -> LoadedModel:
    return models.get(models.load(load_request(f"path:{tiny_dir('llama')}")).model)


def moments_after_a_step(models: ModelRegistry, loaded: LoadedModel, output: Path, weight: float) -> torch.Tensor:
    """All first moments after one step, in units of the weight: 0.1 g."""
    request = train_request(
        loaded, output, samples(7, [weight] * 7), epochs=1.0, batch_size=7, warmup_ratio=0.0, max_grad_norm=0.0
    )
    trained(models, request)
    stored = read_tensors(output / OPTIMIZER_FILE)
    return torch.cat([stored[name].flatten() for name in sorted(stored) if name.endswith("exp_avg")]) / weight


@pytest.mark.parametrize("weight", [1.0, 1e-4, 1e4], ids=["usual", "below its range", "above its range"])
def test_gradients_of_any_size_are_those_of_float32(
    models: ModelRegistry, narrow: LoadedModel, wide: LoadedModel, tmp_path: Path, weight: float
) -> None:
    expected = moments_after_a_step(models, wide, tmp_path / "wide", 1.0)
    found = moments_after_a_step(models, narrow, tmp_path / "narrow", weight)
    assert relative_error(found, expected) < 0.02


def test_features_are_those_of_float32(
    models: ModelRegistry, narrow: LoadedModel, wide: LoadedModel, tmp_path: Path
) -> None:
    trained(models, train_request(wide, tmp_path / "adapter", samples()))
    rows = [
        Collected(models, gradient_request(loaded, tmp_path / "adapter", samples(), form="adam"))
        for loaded in (wide, narrow)
    ]
    for item in samples():
        assert relative_error(rows[1].row(item.id), rows[0].row(item.id)) < 0.02


def test_an_interrupted_training_keeps_its_scale_and_gives_the_same_bytes(
    models: ModelRegistry, narrow: LoadedModel, tmp_path: Path
) -> None:
    given = samples(7, [1.0, 1.0, 1e4, 1.0, 1.0, 1.0, 1.0])
    trained(models, train_request(narrow, tmp_path / "whole", given, checkpoint=tmp_path / "a"))
    with pytest.raises(Cancelled):
        train_lora(
            models, train_request(narrow, tmp_path / "cut", given, checkpoint=tmp_path / "b"), InterruptedContext(6)
        )
    train_lora(models, train_request(narrow, tmp_path / "cut", given, checkpoint=tmp_path / "b"), RecordingContext())
    assert digests(tmp_path / "cut") == digests(tmp_path / "whole")
    (last,) = (tmp_path / "a").glob("step-*/state.json")
    assert msgspec.json.decode(last.read_bytes())["progress"]["lowered"] > 0


def test_only_float16_is_scaled_and_by_powers_of_two() -> None:
    assert [loss_scale(dtype) for dtype in (torch.float32, torch.bfloat16)] == [1, 1]
    scales = [loss_scale(torch.float16, lowered) for lowered in range(6)]
    assert scales == [65536, 4096, 256, 16, 1, 1]
