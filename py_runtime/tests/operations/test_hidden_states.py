"""hiddenStates: against transformers' own output_hidden_states, one prompt a pass."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from transformers import AutoModelForCausalLM

from grait_runtime.contract import HiddenStatesItem, HiddenStatesRequest, PlanResult, Prompt
from grait_runtime.encoding.text import encode_prompt
from grait_runtime.errors import Cancelled, RuntimeFault
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.hidden_states import hidden_states
from grait_runtime.planning.batching import Batching
from grait_runtime.trials.model_trial import batching_of
from tests.architectures import write_tiny
from tests.contexts import InterruptedContext, RecordingContext
from tests.requests import chat, load_request, raw
from tests.small_memory import memory_for

Load = Callable[..., LoadedModel]
LAYERS = [0, 1, 2]
QUESTIONS = ("Which?", "What is the capital of France?", "In which country is Nairobi?", "Iron or Fe?", "Paris")


def prompts() -> list[Prompt]:
    asked = [chat(f"chat-{n}", "Answer in one line.", "Iron", question) for n, question in enumerate(QUESTIONS)]
    return [*asked, *(raw(f"raw-{n}", question * 4) for n, question in enumerate(QUESTIONS))]


def request(loaded: LoadedModel, items: list[Prompt] | None = None, **changes: Any) -> HiddenStatesRequest:
    settings: dict[str, Any] = {
        "layers": LAYERS, "position": "last", "token_budget": None, "completed": [], "halvings": 0
    }  # fmt: skip
    return HiddenStatesRequest(model=loaded.handle, items=prompts() if items is None else items, **(settings | changes))


def states(
    models: ModelRegistry, asked: HiddenStatesRequest
) -> tuple[dict[str, NDArray[np.float32]], PlanResult, RecordingContext]:
    context = RecordingContext()
    plan = hidden_states(models, asked, context)
    rows: dict[str, NDArray[np.float32]] = {}
    for item, frames in zip(context.items, context.frames, strict=True):
        assert isinstance(item, HiddenStatesItem)
        assert (item.states.dtype, list(frames[0].shape)) == ("float32", item.states.shape)
        rows.update(zip(item.ids, frames[0], strict=True))
    return rows, plan, context


def loaded_from(models: ModelRegistry, folder: Path) -> LoadedModel:
    return models.get(models.load(load_request(f"path:{folder}")).model)


@torch.inference_mode()
def assert_exact(models: ModelRegistry, loaded: LoadedModel, folder: Path) -> None:
    """Every layer of every prompt is what plain transformers gives for the prompt alone, to 1e-4."""
    found, _, _ = states(models, request(loaded))
    module = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    assert found.keys() == {prompt.id for prompt in prompts()}
    for prompt in prompts():
        row = torch.tensor([encode_prompt(loaded, prompt)])
        own = module(row, output_hidden_states=True, use_cache=False).hidden_states
        assert len(own) == len(LAYERS)
        for layer, state in enumerate(own):
            expected = state[0, -1].numpy()
            np.testing.assert_allclose(found[prompt.id][layer], expected, rtol=1e-4, atol=1e-4 * np.abs(expected).max())


@pytest.mark.parametrize("architecture", ["llama", "gpt2", "qwen2"])
def test_states_are_those_of_plain_transformers(
    models: ModelRegistry, load: Load, tiny_dir: Callable[..., Path], architecture: str
) -> None:
    assert_exact(models, load(architecture), tiny_dir(architecture))


@pytest.mark.parametrize("architecture", ["gemma2", "gemma3_text", "mamba", "falcon_h1", "olmoe"])
def test_states_of_windows_recurrences_and_experts_too(
    models: ModelRegistry, tmp_path: Path, architecture: str
) -> None:
    folder = write_tiny(tmp_path / architecture, architecture)
    assert_exact(models, loaded_from(models, folder), folder)


@pytest.mark.parametrize("decoder", ["even", "padded", "whole"])
def test_every_way_to_compute_gives_the_same_states(
    models: ModelRegistry, load: Load, tiny_dir: Callable[..., Path], decoder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load()
    batching = Batching(shares_keys=False, pads_left=decoder != "even", caches=decoder != "whole")
    monkeypatch.setattr("grait_runtime.operations.hidden_states.batching_of", lambda _: batching)
    assert_exact(models, loaded, tiny_dir())


def test_layers_come_in_the_order_asked_for(models: ModelRegistry, load: Load) -> None:
    loaded = load()
    all_layers, _, _ = states(models, request(loaded))
    two, _, _ = states(models, request(loaded, layers=[2, 0]))
    for id, rows in two.items():
        np.testing.assert_allclose(rows, all_layers[id][[2, 0]], rtol=1e-5, atol=1e-6)


def test_batches_resume_by_number_and_have_the_same_bytes(models: ModelRegistry, load: Load) -> None:
    loaded = load()
    whole, plan, context = states(models, request(loaded, token_budget=120))
    rest, again, _ = states(models, request(loaded, token_budget=120, completed=[0]))
    assert plan == again
    assert plan.batches == len(context.items) > 2
    assert 0 < len(rest) < len(whole)
    assert all(rest[id].tobytes() == whole[id].tobytes() for id in rest)
    assert context.progressed[-1] == (len(QUESTIONS) * 2, len(QUESTIONS) * 2, "prompts")
    assert states(models, request(loaded, token_budget=120, layers=[1]))[1].plan != plan.plan


def test_a_cancelled_call_stops_between_batches(models: ModelRegistry, load: Load) -> None:
    context = InterruptedContext(looks=2)
    with pytest.raises(Cancelled):
        hidden_states(models, request(load(), token_budget=40), context)
    assert len(context.items) == 1


def test_states_stay_when_memory_runs_out_and_a_prompt_that_never_fits_fails_by_id(
    models: ModelRegistry, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load()
    whole, _, _ = states(models, request(loaded))
    longest = max(len(encode_prompt(loaded, prompt)) for prompt in prompts())
    large = raw("large", "Which? " * 40)
    monkeypatch.setattr(loaded.module, "forward", memory_for(loaded, longest + 3))
    halved, _, context = states(models, request(loaded, [*prompts(), large]))
    for id, row in whole.items():
        np.testing.assert_allclose(halved[id], row, rtol=1e-4, atol=1e-5)
    items = [item for item in context.items if isinstance(item, HiddenStatesItem)]
    assert [(f.id, f.code) for item in items for f in item.failures] == [("large", "out_of_memory")]
    assert items[-1].halvings > 0


def test_a_prompt_longer_than_the_context_fails_by_id(models: ModelRegistry, load: Load) -> None:
    loaded = load()
    items = [raw("long", "I" * (loaded.context_length + 1)), raw("short", "Which?")]
    found, _, context = states(models, request(loaded, items))
    assert list(found) == ["short"]
    failures = [f for item in context.items if isinstance(item, HiddenStatesItem) for f in item.failures]
    assert [(failure.id, failure.code) for failure in failures] == [("long", "too_long")]


@pytest.mark.parametrize(("layers", "named"), [([], "empty"), ([0, 3], "0 to 2, but layers holds 3")])
def test_layers_that_are_not_there_are_refused(
    models: ModelRegistry, load: Load, layers: list[int], named: str
) -> None:
    with pytest.raises(RuntimeFault, match=named) as raised:
        hidden_states(models, request(load(), layers=layers), RecordingContext())
    assert raised.value.code == "invalid_request"


def test_a_model_that_gives_no_states_is_refused_by_name(
    models: ModelRegistry, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load()
    batching_of(loaded)
    forward = loaded.module.forward
    monkeypatch.setattr(
        loaded.module, "forward", lambda *args, output_hidden_states=False, **more: forward(*args, **more)
    )
    with pytest.raises(RuntimeFault, match="LlamaForCausalLM gives no hidden states") as raised:
        hidden_states(models, request(loaded), RecordingContext())
    assert raised.value.code == "model_unsupported"
