"""Per-sample gradient features against plain autograd, sample by sample."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from grait_runtime.adapters.folder import ADAPTER_FILE, OPTIMIZER_FILE
from grait_runtime.adapters.lora_layers import lora_parameters
from grait_runtime.adapters.stored import read_tensors, write_tensors
from grait_runtime.contract import Sample
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.gradient_features import gradient_features
from tests.contexts import RecordingContext
from tests.gradients.collected import Collected
from tests.lora_cases import (
    encoded,
    flattened,
    gradient_request,
    lora,
    plain_gradient,
    plain_loss,
    relative_error,
    sample,
    samples,
    trained_adapter,
)
from tests.requests import load_request

Load = Callable[..., LoadedModel]


def error_of(found: Collected, loaded: LoadedModel, adapter: Path, given: Sample) -> float:
    return relative_error(found.row(given.id), flattened(plain_gradient(loaded, adapter, given)).double())


@pytest.mark.parametrize(
    ("architecture", "options"),
    [
        ("llama", {"tied": True}),
        ("llama", {}),
        ("gpt2", {"tied": True}),
        ("qwen2", {}),
        ("gemma", {"tied": True}),
        ("mistral", {}),
    ],
)
def test_features_equal_plain_autograd_sample_by_sample(
    models: ModelRegistry, load: Load, tmp_path: Path, architecture: str, options: dict[str, bool]
) -> None:
    loaded = load(architecture, **options)
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    found = Collected(models, gradient_request(loaded, adapter, samples()))
    assert max(error_of(found, loaded, adapter, given) for given in samples()) <= 1e-5


@pytest.mark.parametrize("targets", [("q_proj", "v_proj"), ("down_proj",), ("lm_head",), ("o_proj", "lm_head")])
@pytest.mark.parametrize("rank", [1, 16])
def test_any_targets_and_rank_give_autograds_gradients(
    models: ModelRegistry, load: Load, tmp_path: Path, targets: tuple[str, ...], rank: int
) -> None:
    loaded = load("llama")
    settings = lora(rank, targets=targets)
    adapter = trained_adapter(models, loaded, tmp_path / "adapter", lora_settings=settings)
    found = Collected(models, gradient_request(loaded, adapter, samples()))
    assert max(error_of(found, loaded, adapter, given) for given in samples()) <= 1e-5


def test_a_batch_of_seven_equals_seven_batches_of_one_in_any_order(
    models: ModelRegistry, load: Load, tmp_path: Path
) -> None:
    loaded = load("llama")
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    options = dict(form="adam", kind="sjlt", normalise=True)
    together = Collected(models, gradient_request(loaded, adapter, samples(), **options))  # type: ignore[arg-type]
    alone = Collected(models, gradient_request(loaded, adapter, samples(), token_budget=1, **options))  # type: ignore[arg-type]
    turned = Collected(models, gradient_request(loaded, adapter, samples()[::-1], token_budget=300, **options))  # type: ignore[arg-type]
    assert (together.plan.batches, alone.plan.batches) == (1, 7)
    assert 1 < turned.plan.batches < 7
    for given in samples():
        assert relative_error(alone.row(given.id), together.row(given.id)) <= 1e-5
        assert relative_error(turned.row(given.id), together.row(given.id)) <= 1e-5


def test_a_finite_difference_of_the_loss_gives_the_same_slope(
    models: ModelRegistry, load: Load, tmp_path: Path
) -> None:
    loaded = load("llama")
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    given = samples()[1]
    row = Collected(models, gradient_request(loaded, adapter, [given])).row(given.id)
    slopes = []
    with loaded.adapted(str(adapter), trainable=True) as module, torch.no_grad():
        module.double()
        parameters = list(lora_parameters(module).values())
        starts = np.cumsum([0, *(parameter.numel() for parameter in parameters)])
        # The steepest coordinate of some parameters of every kind (A and B, attention and feed-forward).
        chosen = [(int(row[first:last].abs().argmax()), n) for n, (first, last) in enumerate(pairwise(starts))]
        for offset, number in chosen[::5]:
            losses = []
            for step in (2e-3, -2e-3):
                parameters[number].view(-1)[offset] += step
                losses.append(float(plain_loss(module, encoded(loaded, given))))
                parameters[number].view(-1)[offset] -= step
            slopes.append(((losses[0] - losses[1]) / 4e-3, float(row[starts[number] + offset])))
        module.float()
    assert len(slopes) >= 5
    for measured, computed in slopes:
        assert measured == pytest.approx(computed, rel=2e-2, abs=1e-4)


def test_none_concatenates_parameters_in_sorted_order_of_their_names_in_the_file(
    models: ModelRegistry, load: Load, tmp_path: Path
) -> None:
    loaded = load("qwen2")
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    row = Collected(models, gradient_request(loaded, adapter, samples()[:1])).row("s0")
    stored = read_tensors(adapter / ADAPTER_FILE)
    gradients = plain_gradient(loaded, adapter, samples()[0])
    assert sorted(stored) == list(gradients)
    start = 0
    for name in sorted(stored):
        part = row[start : start + stored[name].numel()].reshape(stored[name].shape)
        assert torch.allclose(part, gradients[name].double(), atol=1e-6, rtol=1e-4), name
        start += stored[name].numel()
    assert start == len(row)


def test_weights_play_no_part(models: ModelRegistry, load: Load, tmp_path: Path) -> None:
    loaded = load("llama")
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    plain = Collected(models, gradient_request(loaded, adapter, samples(2)))
    weighted = Collected(models, gradient_request(loaded, adapter, samples(2, [0.0, 7.0])))
    assert all(np.array_equal(plain.features[id], weighted.features[id]) for id in ("s0", "s1"))


def test_dropout_is_off(models: ModelRegistry, load: Load, tmp_path: Path) -> None:
    loaded = load("llama")
    adapter = trained_adapter(models, loaded, tmp_path / "adapter", lora_settings=lora(dropout=0.5))
    found = Collected(models, gradient_request(loaded, adapter, samples()))
    assert max(error_of(found, loaded, adapter, given) for given in samples()) <= 1e-5


def test_rows_are_normalised_after_their_norms_are_taken(models: ModelRegistry, load: Load, tmp_path: Path) -> None:
    loaded = load("llama")
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    raw = Collected(models, gradient_request(loaded, adapter, samples(), kind="sjlt"))
    unit = Collected(models, gradient_request(loaded, adapter, samples(), kind="sjlt", normalise=True))
    half = Collected(models, gradient_request(loaded, adapter, samples(), kind="sjlt", normalise=True, dtype="float16"))
    for given in samples():
        norm = float(raw.row(given.id).norm())
        assert raw.norms[given.id] == pytest.approx(norm, rel=1e-6)
        assert unit.norms[given.id] == half.norms[given.id] == raw.norms[given.id]
        assert relative_error(unit.row(given.id) * norm, raw.row(given.id)) <= 1e-6
        assert half.features[given.id].dtype == np.float16
        assert relative_error(half.row(given.id), unit.row(given.id)) <= 1e-3


def test_completed_batches_are_not_computed_again_and_the_others_are_the_same_bytes(
    models: ModelRegistry, load: Load, tmp_path: Path
) -> None:
    loaded = load("llama")
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    request = dict(form="adam", kind="sjlt", token_budget=150)
    whole = Collected(models, gradient_request(loaded, adapter, samples(), **request))  # type: ignore[arg-type]
    rest = Collected(models, gradient_request(loaded, adapter, samples(), completed=(0, 2), **request))  # type: ignore[arg-type]
    assert whole.plan == rest.plan
    assert rest.batches == [number for number in whole.batches if number not in (0, 2)]
    assert rest.progressed[-1][:2] == (7, 7)
    assert rest.features.keys() < whole.features.keys()
    assert all(np.array_equal(rest.features[id], whole.features[id]) for id in rest.features)


@pytest.mark.parametrize(
    "change",
    [
        dict(seed=2),
        dict(dim=32),
        dict(form="adam"),
        dict(normalise=True),
        dict(dtype="float16"),
        dict(kind="rademacher"),
        dict(sparsity=2),
    ],
)
def test_the_plan_hash_changes_with_what_the_rows_depend_on(
    models: ModelRegistry, load: Load, tmp_path: Path, change: dict[str, object]
) -> None:
    loaded = load("llama")
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    base: dict[str, object] = dict(kind="sjlt")
    one = Collected(models, gradient_request(loaded, adapter, samples(2), **base))  # type: ignore[arg-type]
    again = Collected(models, gradient_request(loaded, adapter, samples(2), **base))  # type: ignore[arg-type]
    other = Collected(models, gradient_request(loaded, adapter, samples(2), **{**base, **change}))  # type: ignore[arg-type]
    assert one.plan == again.plan
    assert one.plan.plan != other.plan.plan


def test_samples_that_cannot_be_computed_fail_by_id_and_the_others_are_computed(
    models: ModelRegistry, load: Load, tmp_path: Path
) -> None:
    loaded = load("llama")
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    given = [sample("empty", "What?", " "), *samples(2), sample("long", "which? " * 900, "A")]
    found = Collected(models, gradient_request(loaded, adapter, given))
    assert {failure.id: failure.code for failure in found.failures} == {"empty": "empty_target", "long": "too_long"}
    assert set(found.features) == {"s0", "s1"}
    assert error_of(found, loaded, adapter, given[1]) <= 1e-5


def test_a_row_that_is_not_finite_fails_by_id(models: ModelRegistry, load: Load, tmp_path: Path) -> None:
    loaded = load("llama")
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    stored = read_tensors(adapter / OPTIMIZER_FILE)
    name = next(name for name in stored if name.endswith(".exp_avg"))
    stored[name].view(-1)[0] = float("nan")
    write_tensors(adapter / OPTIMIZER_FILE, stored)
    found = Collected(models, gradient_request(loaded, adapter, samples(2), form="adam", kind="sjlt"))
    assert [(failure.id, failure.code) for failure in found.failures] == [("s0", "non_finite"), ("s1", "non_finite")]
    assert not found.features


def test_form_adam_without_kept_moments_says_how_to_keep_them(
    models: ModelRegistry, load: Load, tmp_path: Path
) -> None:
    loaded = load("llama")
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    (adapter / OPTIMIZER_FILE).unlink()
    with pytest.raises(RuntimeFault) as raised:
        Collected(models, gradient_request(loaded, adapter, samples(), form="adam"))
    assert raised.value.code == "invalid_request"
    assert "keepOptimizer" in (raised.value.hint or "")


def test_a_handle_with_an_adapter_of_its_own_is_refused(models: ModelRegistry, load: Load, tmp_path: Path) -> None:
    adapter = trained_adapter(models, load("llama"), tmp_path / "adapter")
    adapted = load("llama", adapter=str(adapter))
    with pytest.raises(RuntimeFault, match="needs the bare model"):
        Collected(models, gradient_request(adapted, adapter, samples()))


def test_nothing_is_left_on_the_model(models: ModelRegistry, load: Load, tmp_path: Path) -> None:
    loaded = load("llama")
    before = {name: value.clone() for name, value in loaded.module.state_dict().items()}
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    Collected(models, gradient_request(loaded, adapter, samples()))
    after = loaded.module.state_dict()
    assert list(after) == list(before)
    assert all(torch.equal(after[name], before[name]) for name in before)
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in loaded.module.modules())
    assert not any(parameter.requires_grad for parameter in loaded.module.parameters())


def test_over_a_bfloat16_base_the_rows_point_where_float32_points(
    models: ModelRegistry, load: Load, tiny_dir: Callable[..., Path], tmp_path: Path
) -> None:
    exact = load("llama")
    adapter = trained_adapter(models, exact, tmp_path / "adapter")
    request = msgspec.structs.replace(load_request(f"path:{tiny_dir('llama')}"), dtype="bfloat16")
    half = models.get(models.load(request).model)
    rows = [Collected(models, gradient_request(loaded, adapter, samples(), normalise=True)) for loaded in (exact, half)]
    assert all(float(rows[0].row(given.id) @ rows[1].row(given.id)) > 0.99 for given in samples())


def test_an_adapter_that_answered_questions_before_gives_the_same_gradients(
    models: ModelRegistry, load: Load, tmp_path: Path
) -> None:
    """It rests on the model between two calls, the first of which computes in inference mode."""
    loaded = load("llama")
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    request = gradient_request(loaded, adapter, samples())
    first = RecordingContext()
    gradient_features(models, request, first)
    with loaded.adapted(None):
        pass
    with torch.inference_mode(), loaded.adapted(str(adapter)):
        pass
    again = RecordingContext()
    gradient_features(models, request, again)
    assert all((a == b).all() for a, b in zip(first.frames[0], again.frames[0], strict=True))
