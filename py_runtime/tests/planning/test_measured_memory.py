"""A token budget follows from what passes need, and stays what it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.train_lora import train_lora
from grait_runtime.planning.measured_memory import PassMemory, coarse, measured_token_budget, pass_memory
from grait_runtime.training import measured_budget as measuring
from grait_runtime.training.step_gradients import StepGradients
from tests.contexts import RecordingContext
from tests.gradients.collected import Collected
from tests.lora_cases import gradient_request, lora, samples, train_request, trained_adapter

GIB = 1 << 30


def test_two_passes_give_a_line() -> None:
    memory = pass_memory((512, 300_000 * 512 + 7_000_000), (2048, 300_000 * 2048 + 7_000_000))
    assert memory is not None
    assert memory.per_token == pytest.approx(300_000)
    assert memory.fixed == pytest.approx(7_000_000)


@pytest.mark.parametrize(("small", "large"), [((8, 100), (8, 200)), ((8, 100), (16, 100)), ((8, 100), (16, 90))])
def test_passes_that_need_no_more_say_nothing(small: tuple[int, int], large: tuple[int, int]) -> None:
    assert pass_memory(small, large) is None


def test_a_budget_fills_what_the_weights_leave() -> None:
    """80 GiB, 16 for the weights of 8B: 0.92 * 80 - 1 - 16 GiB at 384 KiB a token are 154,000: the ceiling counts."""
    memory = PassMemory(0, 384 * 1024)
    assert measured_token_budget(memory, total=80 * GIB, held=16 * GIB, ceiling=65_536) == 65_536
    # A 24 GiB card: 5.08 GiB are 13,871 tokens, rounded down to 1.5 * 2^13.
    assert measured_token_budget(memory, total=24 * GIB, held=16 * GIB, ceiling=65_536) == 12_288
    assert measured_token_budget(memory, total=16 * GIB, held=16 * GIB, ceiling=65_536) == 1


def test_budgets_are_coarse() -> None:
    assert [coarse(tokens) for tokens in (1, 3, 4, 9, 1023, 1024, 1279, 1280, 1700)] == [
        1, 3, 4, 8, 896, 1024, 1024, 1280, 1536
    ]  # fmt: skip
    assert all(coarse(tokens) <= tokens < 1.26 * coarse(tokens) for tokens in range(4, 5000))


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[int]:
    """As if the device told its memory: 1000 bytes for each of the rows that are computed. Returns the passes."""
    monkeypatch.setenv("GRAIT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(measuring, "measurable_bytes", lambda _: 4 * GIB)
    peaks: list[int] = []

    def peak(compute: Callable[[], object], _device: object) -> int:
        compute()
        peaks.append(1 << 28 if len(peaks) % 2 == 0 else 1 << 29)
        return peaks[-1]

    monkeypatch.setattr(measuring, "peak_bytes", peak)
    return peaks


def test_features_are_planned_by_the_measured_budget_which_is_kept(
    models: ModelRegistry, load: Callable[..., LoadedModel], tmp_path: Path, measured: list[int]
) -> None:
    loaded = load("llama")
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    training = len(measured)
    by_rule = Collected(models, gradient_request(loaded, adapter, samples(), token_budget=300))
    assert len(measured) == training == 2
    plans = [Collected(models, gradient_request(loaded, adapter, samples())).plan for _ in range(2)]
    assert len(measured) == 4
    assert plans[0] == plans[1] != by_rule.plan
    # Another measurement would give another budget: the plan has it in its hash.
    for file in (tmp_path / "home" / "budgets").iterdir():
        file.write_text('{"budget": 100}')
    other = Collected(models, gradient_request(loaded, adapter, samples())).plan
    assert other.batches > plans[0].batches
    assert other.plan != plans[0].plan
    for file in (tmp_path / "home" / "budgets").iterdir():
        file.write_text("{")
    assert Collected(models, gradient_request(loaded, adapter, samples())).plan == plans[0]


def test_a_measurement_leaves_no_trace_in_a_training(
    models: ModelRegistry,
    load: Callable[..., LoadedModel],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    from tests.training.runs import digests

    loaded = load("llama")
    train_lora(models, train_request(loaded, tmp_path / "rule", samples()), RecordingContext())
    peaks = request.getfixturevalue("measured")
    train_lora(models, train_request(loaded, tmp_path / "measured", samples()), RecordingContext())
    assert peaks
    assert digests(tmp_path / "measured") == digests(tmp_path / "rule")


def test_where_the_measurement_does_not_fit_a_rule_decides(
    models: ModelRegistry,
    load: Callable[..., LoadedModel],
    tmp_path: Path,
    measured: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loaded = load("llama")
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")

    def full(*_: object) -> int:
        raise MemoryError

    monkeypatch.setattr(measuring, "peak_bytes", full)
    plan = Collected(models, gradient_request(loaded, adapter, samples())).plan
    monkeypatch.setattr(measuring, "measurable_bytes", lambda _: None)
    assert Collected(models, gradient_request(loaded, adapter, samples())).plan == plan


def test_a_cpu_is_not_measured(load: Callable[..., LoadedModel]) -> None:
    loaded = load("llama")
    if loaded.device.type == "cpu":
        assert measuring.measured_budget(loaded, {}, 8, lambda _: pytest.fail("a pass"), ceiling=9) is None


def test_a_training_is_measured_with_its_dropout(
    models: ModelRegistry,
    load: Callable[..., LoadedModel],
    tmp_path: Path,
    measured: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loaded = load("llama")
    passes: list[bool] = []
    compute = StepGradients.pass_of

    def watched(self: StepGradients, *arguments: Any) -> None:
        layers = [layer for name, layer in loaded.weights.base.named_modules() if name.endswith("lora_dropout.default")]
        passes.append(bool(layers) and all(layer.training for layer in layers))
        compute(self, *arguments)

    monkeypatch.setattr(StepGradients, "pass_of", watched)
    settings = train_request(loaded, tmp_path / "out", samples(), lora_settings=lora(dropout=0.2))
    train_lora(models, settings, RecordingContext())
    assert passes == [True] * 3
