"""What decides the bytes of a result is part of every plan's hash and of every checkpoint."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grait_runtime.contract import EmbedRequest, GenerateRequest, HiddenStatesRequest, PlanResult, ScoreOptionsRequest
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.embed import embed
from grait_runtime.operations.generate import generate
from grait_runtime.operations.gradient_features import gradient_features
from grait_runtime.operations.hidden_states import hidden_states
from grait_runtime.operations.score_options import score_options
from tests.contexts import RecordingContext
from tests.lora_cases import gradient_request, samples, trained_adapter
from tests.other_machine import in_bfloat16, other_device, other_torch, threads

Load = Callable[..., LoadedModel]
Change = Callable[[pytest.MonkeyPatch], None]


def plans(models: ModelRegistry, loaded: LoadedModel, adapter: Path, budget: int | None = None) -> dict[str, str]:
    """The hash of the plan of every stream on a model, for the smallest input."""
    more: dict[str, Any] = {"model": loaded.handle, "items": [], "token_budget": budget, "completed": [], "halvings": 0}
    drawn: dict[str, Any] = {
        "samples": 1,
        "temperature": 0.0,
        "max_tokens": 1,
        "stop": [],
        "seed": 0,
        "think_tokens": 0,
        "targets": [],
    }
    found: dict[str, PlanResult] = {
        "scoreOptions": score_options(models, ScoreOptionsRequest(**more), RecordingContext()),
        "generate": generate(models, GenerateRequest(**more, **drawn), RecordingContext()),
        "hiddenStates": hidden_states(
            models, HiddenStatesRequest(**more, layers=[1], position="last"), RecordingContext()
        ),
        "gradientFeatures": gradient_features(
            models, gradient_request(loaded, adapter, samples(1), token_budget=budget), RecordingContext()
        ),
    }
    return {name: result.plan for name, result in found.items()}


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    assert before.keys() == after.keys()
    return {name for name in before if before[name] != after[name]}


STREAMS = {"scoreOptions", "generate", "hiddenStates", "gradientFeatures"}


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
