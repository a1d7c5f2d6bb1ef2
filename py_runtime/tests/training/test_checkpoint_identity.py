"""A checkpoint is resumed only by the training that it belongs to."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grait_runtime.device.device_memory import DeviceMemory
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.train_lora import train_lora
from tests.contexts import RecordingContext
from tests.lora_cases import samples, train_request
from tests.other_machine import in_bfloat16, other_device, other_torch, threads

Load = Callable[..., LoadedModel]


def refused(models: ModelRegistry, request: Any) -> RuntimeFault:
    with pytest.raises(RuntimeFault) as raised:
        train_lora(models, request, RecordingContext())
    assert raised.value.code == "invalid_request"
    assert "delete" in (raised.value.hint or "")
    return raised.value


def test_a_float32_checkpoint_is_not_resumed_in_bfloat16(
    models: ModelRegistry, load: Load, tiny_dir: Callable[..., Path], tmp_path: Path
) -> None:
    exact, half = load("llama"), in_bfloat16(models, tiny_dir("llama"))
    checkpoint = tmp_path / "checkpoint"
    train_lora(models, train_request(exact, tmp_path / "a", samples(), checkpoint=checkpoint), RecordingContext())
    kept = sorted(path.name for path in checkpoint.iterdir())
    fault = refused(models, train_request(half, tmp_path / "b", samples(), checkpoint=checkpoint))
    assert fault.details["differences"] == ["dtype float32 there, bfloat16 here"]
    assert str(checkpoint / kept[0]) in fault.message
    assert "dtype float32 there, bfloat16 here" in fault.message
    assert not (tmp_path / "b").exists()
    assert sorted(path.name for path in checkpoint.iterdir()) == kept


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (dict(learning_rate=1e-3), ["train.learningRate 0.005 there, 0.001 here"]),
        (dict(batch_size=2, epochs=1.0), ["train.epochs 2.0 there, 1.0 here", "train.batchSize 3 there, 2 here"]),
        (dict(seed=2), ["seed 1 there, 2 here"]),
    ],
)
def test_a_checkpoint_of_other_settings_is_refused_by_their_names(
    models: ModelRegistry, load: Load, tmp_path: Path, change: dict[str, Any], told: list[str]
) -> None:
    loaded = load("llama")
    checkpoint = tmp_path / "checkpoint"
    train_lora(models, train_request(loaded, tmp_path / "a", samples(), checkpoint=checkpoint), RecordingContext())
    fault = refused(models, train_request(loaded, tmp_path / "b", samples(), checkpoint=checkpoint, **change))
    assert fault.details["differences"] == told


def test_a_checkpoint_of_other_samples_or_of_another_model_is_refused(
    models: ModelRegistry, load: Load, tmp_path: Path
) -> None:
    loaded = load("llama")
    checkpoint = tmp_path / "checkpoint"
    train_lora(models, train_request(loaded, tmp_path / "a", samples(), checkpoint=checkpoint), RecordingContext())
    fewer = refused(models, train_request(loaded, tmp_path / "b", samples(6), checkpoint=checkpoint))
    assert [text.split()[0] for text in fewer.details["differences"]] == ["samples"]
    other = refused(models, train_request(load("gpt2"), tmp_path / "c", samples(), checkpoint=checkpoint))
    assert "weights" in [text.split()[0] for text in other.details["differences"]]


def test_a_checkpoint_of_other_threads_versions_devices_or_memory_is_refused(
    models: ModelRegistry, load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load("llama")
    request = train_request(loaded, tmp_path / "b", samples(), checkpoint=tmp_path / "checkpoint")
    train_lora(models, msgspec.structs.replace(request, output=str(tmp_path / "a")), RecordingContext())
    with threads(2):
        assert refused(models, request).details["differences"] == ["threads 1 there, 2 here"]
    torch_here = importlib.metadata.version("torch")
    with monkeypatch.context() as patch:
        other_torch(patch)
        assert refused(models, request).details["differences"] == [f"torch {torch_here} there, 1.0 here"]
    with monkeypatch.context() as patch:
        other_device(patch)
        assert refused(models, request).details["differences"] == ["device cpu there, mps here"]
    with monkeypatch.context() as patch:
        patch.setattr("grait_runtime.training.loop.device_memory", lambda _: DeviceMemory("cpu", 1 << 26))
        (told,) = refused(models, request).details["differences"]
        assert told.startswith("token budget 2048 there, ")
    context = RecordingContext()
    train_lora(models, request, context)
    assert (context.progressed[0][0], context.warnings) == (6, [])
