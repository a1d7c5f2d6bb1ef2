"""Training: what it learns, what it writes, and what it refuses."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch

from grait_runtime.adapters.folder import ADAPTER_FILE, OPTIMIZER_FILE
from grait_runtime.adapters.lora_layers import lora_parameters
from grait_runtime.adapters.stored import read_tensors
from grait_runtime.contract import Sample
from grait_runtime.errors import RuntimeFault
from grait_runtime.losses.target_batch import target_batch
from grait_runtime.losses.target_loss import sample_losses
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.train_lora import train_lora
from grait_runtime.training import loop as training_loop
from grait_runtime.training.schedule import Schedule
from tests.contexts import RecordingContext
from tests.lora_cases import TEXTS, encoded, lora, relative_error, sample, samples, train_request
from tests.on_device import logits_of
from tests.requests import load_request
from tests.training.runs import digests, trained

Load = Callable[..., LoadedModel]


def losses_of(loaded: LoadedModel, adapter: Path | None, given: list[Sample]) -> dict[str, float]:
    with loaded.adapted(str(adapter) if adapter else None) as module, torch.no_grad():
        losses = sample_losses(module, target_batch([encoded(loaded, item) for item in given], loaded.device))
    return {item.id: loss for item, loss in zip(given, losses.tolist(), strict=True)}


@pytest.mark.parametrize("architecture", ["llama", "gpt2", "qwen2", "gemma"])
def test_it_learns_its_samples_and_leaves_the_base_as_it_was(
    models: ModelRegistry, load: Load, tmp_path: Path, architecture: str
) -> None:
    loaded = load(architecture)
    before = {name: value.clone() for name, value in loaded.module.state_dict().items()}
    first = losses_of(loaded, None, samples())
    result = trained(models, train_request(loaded, tmp_path / "out", samples(), epochs=15.0, learning_rate=2e-2))
    last = losses_of(loaded, tmp_path / "out", samples())
    assert sum(last.values()) < 0.5 * sum(first.values())
    assert result.losses[-1] < result.losses[0]
    after = loaded.module.state_dict()
    assert list(after) == list(before)
    assert all(torch.equal(after[name], before[name]) for name in before)


def test_the_first_steps_are_those_of_a_textbook_adamw_loop(models: ModelRegistry, load: Load, tmp_path: Path) -> None:
    """Against torch.optim.AdamW on losses by their definition, one sample at a time."""
    loaded = load("llama")
    weights = [1.0, 0.5, 0.25, 2.0, 1.0, 0.0, 1.5]
    given = samples(7, weights)
    settings: dict[str, Any] = dict(batch_size=7, epochs=4.0, warmup_ratio=0.3, weight_decay=0.1, max_grad_norm=0.5)
    request = train_request(loaded, tmp_path / "out", given, **settings)
    result = trained(models, request)
    rates = [Schedule(7, request.train, 1).learning_rate(step) for step in range(4)]
    expected = []
    with loaded.freshly_adapted(request.lora, request.seed) as (module, _):
        parameters = lora_parameters(module)
        optimizer = torch.optim.AdamW(parameters.values(), betas=(0.9, 0.999), eps=1e-8, weight_decay=0.1)
        for rate in rates:
            optimizer.zero_grad()
            loss = torch.zeros(())
            for item in given:
                losses = sample_losses(module, target_batch([encoded(loaded, item)], loaded.device))
                loss = loss + item.weight * losses[0] / 7
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters.values(), 0.5)
            optimizer.param_groups[0]["lr"] = rate
            optimizer.step()
            expected.append(float(loss.detach()))
        stored = read_tensors(tmp_path / "out" / ADAPTER_FILE)
        assert list(parameters) == sorted(stored)
        for name, parameter in parameters.items():
            torch.testing.assert_close(stored[name], parameter.detach(), rtol=1e-4, atol=2e-5)
    assert result.losses == pytest.approx(expected, rel=1e-4)


def test_accumulation_does_not_change_what_is_learned(models: ModelRegistry, load: Load, tmp_path: Path) -> None:
    loaded = load("llama")
    weights = [1.0, 0.5, 1.0, 0.1, 1.0, 0.7, 1.0]
    results, adapters = [], []
    for size, accumulation in ((6, 1), (3, 2), (1, 6), (2, 3)):
        output = tmp_path / f"{size}x{accumulation}"
        request = train_request(loaded, output, samples(7, weights), batch_size=size, accumulation=accumulation)
        results.append(trained(models, request))
        adapters.append(read_tensors(output / ADAPTER_FILE))
    assert results[0].steps == 4
    for result, adapter in zip(results[1:], adapters[1:], strict=True):
        assert result.losses == pytest.approx(results[0].losses, rel=1e-4)
        assert max(relative_error(adapter[name], adapters[0][name]) for name in adapter) < 1e-3


def test_weights_change_what_is_learned(models: ModelRegistry, load: Load, tmp_path: Path) -> None:
    loaded = load("llama")
    prompt = "What is the capital of France?"
    given = [(sample("a", prompt, "Paris", weight), sample("b", prompt, "Kenya", 1 - weight)) for weight in (1.0, 0.0)]
    last = []
    for number, pair in enumerate(given):
        output = tmp_path / str(number)
        trained(models, train_request(loaded, output, list(pair), epochs=20.0, learning_rate=2e-2))
        last.append(losses_of(loaded, output, list(pair)))
    assert last[0]["a"] < last[0]["b"] - 1
    assert last[1]["b"] < last[1]["a"] - 1


def test_the_same_request_gives_the_same_bytes_and_another_seed_others(
    models: ModelRegistry, load: Load, tmp_path: Path
) -> None:
    loaded = load("llama")
    settings = lora(dropout=0.2)
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        torch.manual_seed(hash(name))
        trained(models, train_request(loaded, tmp_path / name, samples(), lora_settings=settings, seed=seed))
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    assert digests(tmp_path / "a") != digests(tmp_path / "c")
    configs = [(tmp_path / name / "adapter_config.json").read_bytes() for name in "ab"]
    assert configs[0] == configs[1]


def test_no_epochs_write_the_initial_adapter_and_zero_moments(
    models: ModelRegistry, load: Load, tmp_path: Path
) -> None:
    loaded = load("llama")
    result = trained(models, train_request(loaded, tmp_path / "out", samples(), epochs=0.0))
    stored, moments = read_tensors(tmp_path / "out" / ADAPTER_FILE), read_tensors(tmp_path / "out" / OPTIMIZER_FILE)
    assert (result.steps, result.losses) == (0, [])
    assert {f"{name}.{moment}" for name in stored for moment in ("exp_avg", "exp_avg_sq")} == set(moments)
    for name, value in stored.items():
        assert bool(value.any()) == (".lora_A." in name)
        assert moments[f"{name}.exp_avg"].shape == moments[f"{name}.exp_avg_sq"].shape == value.shape
    assert not any(value.any() for value in moments.values())
    assert losses_of(loaded, tmp_path / "out", samples()) == losses_of(loaded, None, samples())


def test_kept_moments_are_adamws_after_the_last_step(models: ModelRegistry, load: Load, tmp_path: Path) -> None:
    """One step from zero: m = 0.1 g, v = 0.001 g^2."""
    loaded = load("llama")
    request = train_request(
        loaded, tmp_path / "out", samples(), epochs=1.0, batch_size=7, warmup_ratio=0.0, max_grad_norm=0.0
    )
    trained(models, request)
    moments = read_tensors(tmp_path / "out" / OPTIMIZER_FILE)
    with loaded.freshly_adapted(request.lora, request.seed) as (module, _):
        items = [encoded(loaded, item) for item in samples()]
        sample_losses(module, target_batch(items, loaded.device)).mean().backward()
        for name, parameter in lora_parameters(module).items():
            assert parameter.grad is not None
            gradient = parameter.grad.cpu()
            torch.testing.assert_close(moments[f"{name}.exp_avg"], 0.1 * gradient, rtol=1e-3, atol=1e-6)
            torch.testing.assert_close(moments[f"{name}.exp_avg_sq"], 1e-3 * gradient**2, rtol=2e-3, atol=1e-9)


def test_without_keep_optimizer_there_is_none(models: ModelRegistry, load: Load, tmp_path: Path) -> None:
    loaded = load("llama")
    request = train_request(loaded, tmp_path / "out", samples())
    trained(models, msgspec.structs.replace(request, keep_optimizer=False))
    assert sorted(entry.name for entry in (tmp_path / "out").iterdir()) == ["adapter_config.json", ADAPTER_FILE]


def test_plain_peft_loads_the_folder(
    models: ModelRegistry, load: Load, tiny_dir: Callable[..., Path], tmp_path: Path
) -> None:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    loaded = load("llama")
    trained(models, train_request(loaded, tmp_path / "out", samples(), epochs=5.0))
    base = AutoModelForCausalLM.from_pretrained(tiny_dir("llama"))
    plain = PeftModel.from_pretrained(base, tmp_path / "out")
    ids = [encoded(loaded, samples()[0]).input_ids]
    with torch.no_grad(), loaded.adapted(str(tmp_path / "out")) as module:
        torch.testing.assert_close(logits_of(plain, ids), logits_of(module, ids))


def test_samples_that_cannot_be_encoded_are_left_out_and_returned(
    models: ModelRegistry, load: Load, tmp_path: Path
) -> None:
    loaded = load("llama")
    given = [sample("empty", "What?", ""), *samples(4), sample("long", "which? " * 900, "A")]
    result = trained(models, train_request(loaded, tmp_path / "a", given, epochs=1.0))
    assert [(failure.id, failure.code) for failure in result.failures] == [
        ("empty", "empty_target"),
        ("long", "too_long"),
    ]
    trained(models, train_request(loaded, tmp_path / "b", samples(4), epochs=1.0))
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    assert result.tokens == sum(len(encoded(loaded, item).input_ids) for item in samples(4))


def test_nothing_to_train_on_is_refused(models: ModelRegistry, load: Load, tmp_path: Path) -> None:
    with pytest.raises(RuntimeFault, match="nothing to train on"):
        trained(models, train_request(load("llama"), tmp_path / "out", [sample("empty", "What?", "")]))
    assert list(tmp_path.iterdir()) == []


def test_a_loss_that_is_not_finite_names_step_and_samples(models: ModelRegistry, load: Load, tmp_path: Path) -> None:
    loaded = load("llama")
    request = train_request(loaded, tmp_path / "out", samples(), learning_rate=1e30, schedule="constant", epochs=5.0)
    with pytest.raises(RuntimeFault) as raised:
        trained(models, request)
    assert raised.value.code == "non_finite_loss"
    assert raised.value.details["step"] >= 2
    assert set(raised.value.details["ids"]) <= {item.id for item in samples()}
    assert list(tmp_path.iterdir()) == []
    assert all(math.isfinite(loss) for loss in losses_of(loaded, None, samples()).values())


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (dict(batch_size=0), "train.batchSize"),
        (dict(epochs=-1.0), "train.epochs"),
        (dict(learning_rate=math.inf), "train.learningRate"),
        (dict(lora_settings=lora(rank=0)), "lora.rank"),
        (dict(lora_settings=lora(targets=())), "lora.targets"),
        (dict(lora_settings=lora(targets=("no_such_layer",))), "no_such_layer"),
    ],
)
def test_settings_out_of_range_are_refused_by_name(
    models: ModelRegistry, load: Load, tmp_path: Path, change: dict[str, object], named: str
) -> None:
    loaded = load("llama")
    with pytest.raises(RuntimeFault, match=named) as raised:
        trained(models, train_request(loaded, tmp_path / "out", samples(), **change))  # type: ignore[arg-type]
    assert raised.value.code == "invalid_request"
    assert list(tmp_path.iterdir()) == []
    assert not any("lora" in name for name, _ in loaded.module.named_modules())


def test_a_handle_with_an_adapter_of_its_own_is_refused(models: ModelRegistry, load: Load, tmp_path: Path) -> None:
    trained(models, train_request(load("llama"), tmp_path / "a", samples()))
    with pytest.raises(RuntimeFault, match="needs the bare model") as raised:
        trained(models, train_request(load("llama", adapter=str(tmp_path / "a")), tmp_path / "b", samples()))
    assert raised.value.code == "invalid_request"


def test_progress_tells_steps_loss_and_rate(models: ModelRegistry, load: Load, tmp_path: Path) -> None:
    notes: list[str] = []

    class Noting(RecordingContext):
        def progress(self, done: float, total: float, unit: str, note: str = "") -> None:
            super().progress(done, total, unit, note)
            notes.append(note)

    context = Noting()
    train_lora(models, train_request(load("llama"), tmp_path / "out", samples()), context)
    assert context.progressed == [(step, 6, "step") for step in range(7)]
    assert all("loss " in note and note.endswith("tokens/s") for note in notes[1:])


def test_the_config_says_what_was_asked_and_names_no_temporary_folder(
    models: ModelRegistry, load: Load, tmp_path: Path
) -> None:
    loaded = load("llama")
    trained(
        models, train_request(loaded, tmp_path / "out", samples(), lora_settings=lora(4, targets=("v_proj", "q_proj")))
    )
    config = json.loads((tmp_path / "out" / "adapter_config.json").read_text())
    assert (config["r"], config["lora_alpha"], config["target_modules"]) == (4, 8, ["q_proj", "v_proj"])
    assert config["base_model_name_or_path"] == loaded.source.removeprefix("path:")


def test_sharing_the_prefix_does_not_change_what_is_learned(
    models: ModelRegistry, load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load("llama")
    opening = "You are a helpful assistant. Choose one option, and answer in one line. "
    given = [sample(str(n), f"{opening}{question}", answer) for n, (question, answer) in enumerate(TEXTS)]
    shared = trained(models, train_request(loaded, tmp_path / "shared", given, epochs=3.0))
    monkeypatch.setattr(training_loop, "can_share_prefix", lambda *_: False)
    whole = trained(models, train_request(loaded, tmp_path / "whole", given, epochs=3.0))
    assert shared.losses == pytest.approx(whole.losses, rel=1e-3)
    assert shared.tokens == whole.tokens
    assert digests(tmp_path / "shared") != digests(tmp_path / "whole")  # it was indeed shared


def test_over_a_bfloat16_base_the_adapter_is_float32_and_learns_the_same(
    models: ModelRegistry, load: Load, tiny_dir: Callable[..., Path], tmp_path: Path
) -> None:
    exact = load("llama")
    request = load_request(f"path:{tiny_dir('llama')}")
    half = models.get(models.load(msgspec.structs.replace(request, dtype="bfloat16")).model)
    results = [
        trained(models, train_request(loaded, tmp_path / name, samples(), epochs=5.0))
        for name, loaded in (("exact", exact), ("half", half))
    ]
    stored = [
        read_tensors(tmp_path / name / file) for name in ("exact", "half") for file in (ADAPTER_FILE, OPTIMIZER_FILE)
    ]
    assert {value.dtype for tensors in stored for value in tensors.values()} == {torch.float32}
    assert half.module.dtype == torch.bfloat16
    assert results[1].losses == pytest.approx(results[0].losses, rel=0.1)
    assert results[1].losses[-1] < results[1].losses[0]


@pytest.mark.parametrize("architecture", ["llama", "gpt2", "gemma"])
def test_layers_computed_again_keep_fewer_activations_and_learn_the_same_bytes(
    models: ModelRegistry, load: Load, tmp_path: Path, architecture: str
) -> None:
    """GPT-2 has dropout of its own, which stays off; LoRA's is drawn the same both times."""
    loaded = load(architecture)
    kept = {}
    for recomputed in (False, True):
        packed: list[int] = []

        def pack(tensor: torch.Tensor, packed: list[int] = packed) -> torch.Tensor:
            packed.append(tensor.numel())
            return tensor

        request = train_request(
            loaded,
            tmp_path / str(recomputed),
            samples(),
            lora_settings=lora(dropout=0.3),
            gradient_checkpointing=recomputed,
        )
        with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
            trained(models, request)
        kept[recomputed] = sum(packed)
    assert digests(tmp_path / "True") == digests(tmp_path / "False")
    assert kept[True] < 0.7 * kept[False]
    assert not any("forward" in vars(layer) for layer in loaded.module.modules())
