"""What decides the bytes of a result is part of every plan's hash and of every checkpoint."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch

from grait_runtime.contract import EmbedRequest, GenerateRequest, PlanResult, ScoreOptionsRequest
from grait_runtime.device.device_memory import DeviceMemory
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.embed import embed
from grait_runtime.operations.generate import generate
from grait_runtime.operations.gradient_features import gradient_features
from grait_runtime.operations.score_options import score_options
from grait_runtime.operations.train_lora import train_lora
from tests.conftest import RecordingContext, load_request
from tests.lora_cases import gradient_request, samples, train_request, trained_adapter

Load = Callable[..., LoadedModel]
Change = Callable[[pytest.MonkeyPatch], None]


@contextmanager
def threads(count: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def other_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    version = importlib.metadata.version
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "1.0" if name == "torch" else version(name))


def other_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grait_runtime.models.identity.device_kind", lambda _: "mps")


def in_bfloat16(models: ModelRegistry, folder: Path) -> LoadedModel:
    request = msgspec.structs.replace(load_request(f"path:{folder}"), dtype="bfloat16")
    return models.get(models.load(request).model)


def plans(models: ModelRegistry, loaded: LoadedModel, adapter: Path, budget: int | None = None) -> dict[str, str]:
    """The hash of the plan of every stream on a model, for the smallest input."""
    more: dict[str, Any] = {"model": loaded.handle, "items": [], "token_budget": budget, "completed": [], "halvings": 0}
    drawn: dict[str, Any] = {"samples": 1, "temperature": 0.0, "max_tokens": 1, "stop": [], "seed": 0}
    found: dict[str, PlanResult] = {
        "scoreOptions": score_options(models, ScoreOptionsRequest(**more), RecordingContext()),
        "generate": generate(models, GenerateRequest(**more, **drawn), RecordingContext()),
        "gradientFeatures": gradient_features(
            models, gradient_request(loaded, adapter, samples(1), token_budget=budget), RecordingContext()
        ),
    }
    return {name: result.plan for name, result in found.items()}


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    assert before.keys() == after.keys()
    return {name for name in before if before[name] != after[name]}


STREAMS = {"scoreOptions", "generate", "gradientFeatures"}


def test_a_plan_in_another_dtype_has_another_hash(
    models: ModelRegistry, load: Load, tiny_dir: Callable[..., Path], tmp_path: Path
) -> None:
    exact = load("llama")
    adapter = trained_adapter(models, exact, tmp_path / "adapter")
    half = in_bfloat16(models, tiny_dir("llama"))
    assert changed(plans(models, exact, adapter), plans(models, half, adapter)) == STREAMS
    assert plans(models, exact, adapter) == plans(models, exact, adapter)


def test_a_plan_with_another_budget_or_number_of_threads_has_another_hash(
    models: ModelRegistry, load: Load, tmp_path: Path
) -> None:
    loaded = load("llama")
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    before = plans(models, loaded, adapter)
    assert changed(before, plans(models, loaded, adapter, budget=500)) == STREAMS
    with threads(2):
        assert changed(before, plans(models, loaded, adapter)) == STREAMS


@pytest.mark.parametrize("change", [other_torch, other_device])
def test_a_plan_of_another_version_or_kind_of_device_has_another_hash(
    models: ModelRegistry, load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Change
) -> None:
    loaded = load("llama")
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    before = plans(models, loaded, adapter)
    change(monkeypatch)
    assert changed(before, plans(models, loaded, adapter)) == STREAMS


def test_a_plan_of_embeddings_follows_texts_budget_versions_and_the_embedders_files(
    models: ModelRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plan(texts: list[str], budget: int | None = None) -> str:
        asked = EmbedRequest("embedded:all-minilm-l6-v2", texts, token_budget=budget, completed=[], halvings=0)
        return embed(models, asked, RecordingContext()).plan

    first = plan(["a", "b"])
    assert plan(["a", "b"]) == first
    embedder = models.embedders["embedded:all-minilm-l6-v2"]
    hashes = {first, plan(["a", "c"]), plan(["ab"]), plan(["a", "b"], 500)}
    object.__setattr__(embedder, "digest", "0" * 64)
    hashes.add(plan(["a", "b"]))
    other_torch(monkeypatch)
    hashes.add(plan(["a", "b"]))
    assert len(hashes) == 6


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
