"""Log-probabilities of options against plain forward passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from grait_runtime.contract import OptionsPrompt, PlanResult, Prompt, ScoreOptionsItem, ScoreOptionsRequest
from grait_runtime.encoding.text import encode_option, encode_prompt
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.score_options import score_options
from grait_runtime.templates.find_form import find_chat_form
from grait_runtime.trials import model_trial
from grait_runtime.trials.model_trial import Trial, batching_of
from tests.contexts import RecordingContext
from tests.operations.scored import alone, scores
from tests.requests import chat, raw
from tests.small_memory import memory_for
from tests.tiny import ARCHITECTURES, CHAT_TEMPLATE

Load = Callable[..., LoadedModel]
SHOTS = "Choose one option.\nA. red\nB. green\nAnswer: A\n\nWhich colour has the sky?\nA. green\nB. blue\nAnswer: B\n\n"


def with_options(prompt: Prompt, *options: str) -> OptionsPrompt:
    return OptionsPrompt(id=prompt.id, messages=prompt.messages, prompt=prompt.prompt, options=list(options))


def items() -> list[OptionsPrompt]:
    """Few-shot prompts with a shared beginning, chats, options of one and of many tokens."""
    questions = [
        "Which element is Fe?",
        "What is the capital of France, if any?",
        "Which?",
        "In which country is Nairobi",
    ]
    shared = [raw(f"shared-{n}", f"{SHOTS}{question}\nAnswer:") for n, question in enumerate(questions)]
    mixed = [chat(f"chat-{n}", question) for n, question in enumerate(questions)]
    return [
        *(with_options(prompt, " A", " B", " C") for prompt in shared),
        *(with_options(prompt, "Paris", "I don't know", " the capital of France", "\n") for prompt in mixed),
        with_options(raw("long", f"{SHOTS}Which?\nAnswer:"), " red or green"),
    ]


def request(
    loaded: LoadedModel, asked: list[OptionsPrompt], budget: int | None = None, **changes: list[int]
) -> ScoreOptionsRequest:
    completed = changes.get("completed", [])
    return ScoreOptionsRequest(model=loaded.handle, items=asked, token_budget=budget, completed=completed, halvings=0)


def run(models: ModelRegistry, asked: ScoreOptionsRequest) -> tuple[RecordingContext, PlanResult]:
    context = RecordingContext()
    return context, score_options(models, asked, context)


def assert_scores_as_alone(models: ModelRegistry, loaded: LoadedModel, budget: int | None = None) -> None:
    context, _ = run(models, request(loaded, items(), budget))
    found = scores(context)
    for item in items():
        expected = [alone(loaded, item, option) for option in item.options]
        np.testing.assert_allclose(found[item.id], expected, atol=1e-4)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("budget", [None, 200, 1])
def test_every_option_scores_as_it_does_alone(
    models: ModelRegistry, load: Load, architecture: str, budget: int | None
) -> None:
    loaded = load(architecture)
    assert_scores_as_alone(models, loaded, budget)


def test_sharing_a_prefix_changes_nothing(models: ModelRegistry, load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load()
    assert batching_of(loaded).shares_keys
    shared, _ = run(models, request(loaded, items()))
    without = replace(batching_of(loaded), shares_keys=False)
    monkeypatch.setitem(model_trial._tried, loaded.weights.base, Trial(without, []))
    plain, _ = run(models, request(loaded, items()))
    for id, row in scores(shared).items():
        np.testing.assert_allclose(row, scores(plain)[id], atol=1e-4)


def test_one_token_options_of_the_whole_vocabulary_sum_to_one(models: ModelRegistry, load: Load) -> None:
    loaded = load()
    letters = [chr(code) for code in range(33, 127)]
    single = [letter for letter in letters if len(encode_option(loaded, letter)) == 1]
    context, _ = run(models, request(loaded, [with_options(raw("q", "Answer:"), *single)]))
    assert len(single) > 50
    assert 0 < np.exp(scores(context)["q"]).sum() < 1


def test_more_options_than_fit_one_chunk(models: ModelRegistry, load: Load) -> None:
    loaded = load()
    words = [f" number {n} of many words that are long" for n in range(60)]
    item = with_options(raw("q", SHOTS), *words)
    context, _ = run(models, request(loaded, [item]))
    np.testing.assert_allclose(
        scores(context)["q"][[0, 31, 59]], [alone(loaded, item, words[n]) for n in (0, 31, 59)], atol=1e-4
    )


def test_what_cannot_be_scored_fails_by_id_and_the_rest_is_scored(models: ModelRegistry, load: Load) -> None:
    loaded = load()
    asked = [
        with_options(raw("ok", "Answer:"), " A"),
        with_options(raw("empty option", "Answer:"), " A", ""),
        with_options(raw("no options", "Answer:")),
        with_options(raw("long", "word " * 600), " A"),
        with_options(raw("no prompt", ""), " A"),
        with_options(Prompt(id="both", messages=chat("", "a").messages, prompt="b"), " A"),
    ]
    context, _ = run(models, request(loaded, asked))
    failed = {failure.id: failure.code for item in context.items for failure in item.failures}  # type: ignore[attr-defined]
    assert failed == {
        "empty option": "invalid_item",
        "no options": "invalid_item",
        "long": "too_long",
        "no prompt": "invalid_item",
        "both": "invalid_item",
    }
    assert list(scores(context)) == ["ok"]


def test_an_option_must_fit_the_context_with_its_prompt(models: ModelRegistry, load: Load) -> None:
    loaded = load("gpt2")
    text = "7" * 500
    full = raw("full", text)
    room = loaded.context_length - len(encode_prompt(loaded, full))
    fits, does_not = with_options(full, "z" * room), with_options(raw("over", text), "z" * (room + 1))
    context, _ = run(models, request(loaded, [fits, does_not]))
    assert list(scores(context)) == ["full"]
    np.testing.assert_allclose(scores(context)["full"], [alone(loaded, fits, "z" * room)], atol=1e-4)


def test_completed_batches_are_not_computed_and_the_others_are_the_same_bytes(
    models: ModelRegistry, load: Load
) -> None:
    loaded = load()
    whole, plan = run(models, request(loaded, items(), 100))
    rest, again = run(models, request(loaded, items(), 100, completed=[0, 2]))
    assert plan == again
    assert plan.batches == len(whole.items) > 3
    kept = [number for number in range(plan.batches) if number not in (0, 2)]
    assert rest.items == [whole.items[number] for number in kept]
    assert [frames[0].tobytes() for frames in rest.frames] == [whole.frames[number][0].tobytes() for number in kept]
    assert rest.progressed[-1] == (len(items()), len(items()), "questions")


def test_the_plan_hash_follows_the_input(models: ModelRegistry, load: Load) -> None:
    loaded = load()
    _, plan = run(models, request(loaded, items()))
    _, fewer = run(models, request(loaded, items()[:-1]))
    _, same = run(models, request(loaded, items()))
    assert plan == same != fewer


def test_a_completed_batch_that_is_not_planned_is_refused(models: ModelRegistry, load: Load) -> None:
    with pytest.raises(RuntimeFault, match="batch 99"):
        run(models, request(load(), items(), completed=[99]))


def test_nothing_asked_is_an_empty_plan(models: ModelRegistry, load: Load) -> None:
    context, plan = run(models, request(load(), []))
    assert (context.items, plan.batches) == ([], 0)


@pytest.mark.parametrize("architecture", ["llama", "mistral"])
def test_out_of_memory_halves_the_budget_once_and_for_all(
    models: ModelRegistry, load: Load, architecture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load(architecture)
    whole, _ = run(models, request(loaded, items(), 400))
    alone_tokens = max(len(encode_prompt(loaded, item)) for item in items())
    limited = memory_for(loaded, alone_tokens)
    monkeypatch.setattr(loaded.module, "forward", limited)
    halved, plan = run(models, request(loaded, items(), 400))
    for id, row in scores(whole).items():
        np.testing.assert_allclose(scores(halved)[id], row, atol=1e-4)
    assert len(halved.warnings) == 1
    assert "token budget" in halved.warnings[0]
    counts = [item.halvings for item in halved.items if isinstance(item, ScoreOptionsItem)]
    assert counts == sorted(counts)
    assert counts[-1] > 0
    # What goes on after an interruption is told the count, and runs out of memory no more.
    done = 1 + next(number for number, count in enumerate(counts) if count == counts[-1])
    again = msgspec.structs.replace(
        request(loaded, items(), 400, completed=list(range(done))), halvings=counts[done - 1]
    )
    rest, same_plan = run(models, again)
    assert same_plan == plan
    assert rest.warnings == []
    assert rest.items == halved.items[done:]
    assert [f[0].tobytes() for f in rest.frames] == [f[0].tobytes() for f in halved.frames[done:]]


def test_only_the_prompt_that_never_fits_is_lost(
    models: ModelRegistry, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load()
    huge = with_options(raw("huge", "a long question about nothing at all, " * 9), " A")
    asked = [huge, *items()]
    others = max(len(encode_prompt(loaded, item)) for item in items())
    assert len(encode_prompt(loaded, huge)) > others
    monkeypatch.setattr(loaded.module, "forward", memory_for(loaded, others))
    context, _ = run(models, request(loaded, asked))
    failed = [failure for item in context.items for failure in item.failures]  # type: ignore[attr-defined]
    assert [(failure.id, failure.code) for failure in failed] == [("huge", "out_of_memory")]
    assert "tokens do not fit the memory" in failed[0].message
    assert set(scores(context)) == {item.id for item in items()}


GREETING = "{{ greeting }}" + CHAT_TEMPLATE


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("chat_template", [True, False])
@pytest.mark.parametrize("architecture", ["llama", "gpt2", "qwen2", "gemma"])
def test_every_kind_of_model_scores_as_it_does_alone(
    models: ModelRegistry, load: Load, architecture: str, chat_template: bool, tied: bool
) -> None:
    loaded = load(architecture, chat_template=chat_template, tied=tied)
    assert bool(loaded.module.config.tie_word_embeddings) == tied
    assert_scores_as_alone(models, loaded)


def test_template_options_change_what_is_scored(models: ModelRegistry, load: Load) -> None:
    loaded = load()
    loaded.tokenizer.chat_template = GREETING
    found = []
    kinds: list[dict[str, str | float | bool]] = [{}, {"greeting": ""}, {"greeting": "Which? green\n"}]
    for options in kinds:
        handle = replace(loaded, handle=f"with {options}", chat=find_chat_form(loaded.tokenizer, options, "m"))
        models._models[handle.handle] = handle
        asked = [item for item in items() if item.messages is not None]
        context, _ = run(models, request(handle, asked))
        found.append(scores(context))
        for item in asked:
            expected = [alone(handle, item, option) for option in item.options]
            np.testing.assert_allclose(found[-1][item.id], expected, atol=1e-4)
    assert all(np.array_equal(found[0][id], found[1][id]) for id in found[0])
    assert not any(np.allclose(found[0][id], found[2][id], atol=1e-2) for id in found[0])
