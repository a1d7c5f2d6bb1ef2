"""Targets that generate scores beside its answers: against one plain forward pass over prompt and target."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
import torch

from grait_runtime.contract import GenerateItem, GenerateRequest, GenerateRow, Prompt, ScoredTarget
from grait_runtime.encoding.text import encode_prompt, encode_target
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.generate import generate
from grait_runtime.trials.model_trial import batching_of
from tests.contexts import RecordingContext
from tests.on_device import logits_of
from tests.requests import chat, generate_request, raw
from tests.small_memory import memory_for
from tests.tiny import ARCHITECTURES

Load = Callable[..., LoadedModel]
REFUSAL = ScoredTarget(text="I don't know the answer.", ends=True)
LETTERS = [ScoredTarget(text=letter, ends=False) for letter in "ABC"]
TARGETS = [REFUSAL, *LETTERS]
QUESTIONS = ("Which?", "What is the capital of France?", "In which country is Nairobi?", "Iron or Fe?", "Paris")


def prompts() -> list[Prompt]:
    asked = [chat(f"chat-{n}", "Answer in one line.", "Iron", question) for n, question in enumerate(QUESTIONS)]
    return [*asked, *(raw(f"raw-{n}", question) for n, question in enumerate(QUESTIONS))]


def answered(models: ModelRegistry, request: GenerateRequest) -> dict[str, GenerateRow]:
    context = RecordingContext()
    generate(models, request, context)
    return {row.id: row for item in context.items if isinstance(item, GenerateItem) for row in item.rows}


@torch.inference_mode()
def teacher_forced(loaded: LoadedModel, prompt: Prompt, target: ScoredTarget) -> float:
    """The definition: the sum over the target's tokens of log softmax, from one pass over the whole row."""
    ids = encode_prompt(loaded, prompt)
    text = encode_target(loaded, target.text, asked=prompt.messages is not None)
    text = text if target.ends else text[:-1]
    logprobs = logits_of(loaded.module, [ids + text], use_cache=False)[0].double().log_softmax(-1)
    return sum(float(logprobs[len(ids) + n - 1, token]) for n, token in enumerate(text))


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("budget", [None, 90])
def test_a_target_has_the_log_probability_of_one_plain_pass(
    models: ModelRegistry, load: Load, architecture: str, budget: int | None
) -> None:
    """A small budget lets prompts come in while other answers are being drawn."""
    loaded = load(architecture)
    settings: dict[str, Any] = {"samples": 3, "temperature": 1.0, "token_budget": budget}
    plain = answered(models, generate_request(loaded, prompts(), **settings))
    found = answered(models, generate_request(loaded, prompts(), targets=TARGETS, **settings))
    for prompt in prompts():
        row = found[prompt.id]
        assert row.texts == plain[prompt.id].texts
        expected = [teacher_forced(loaded, prompt, target) for target in TARGETS]
        assert [score.logprob for score in row.targets] == pytest.approx(expected, abs=1e-4)
        sizes = [len(encode_target(loaded, target.text, asked=True)) - (not target.ends) for target in TARGETS]
        assert [score.tokens for score in row.targets] == sizes


@pytest.mark.parametrize("decoder", ["even", "padded", "whole"])
def test_every_way_to_compute_gives_the_same_scores(
    models: ModelRegistry, load: Load, decoder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load()
    facts: dict[str, Any] = {"shares_keys": False, "pads_left": decoder != "even", "caches": decoder != "whole"}
    batching = type(batching_of(loaded))(**facts)
    monkeypatch.setattr("grait_runtime.operations.generate.batching_of", lambda _: batching)
    found = answered(models, generate_request(loaded, prompts(), targets=TARGETS))
    for prompt in prompts():
        expected = [teacher_forced(loaded, prompt, target) for target in TARGETS]
        assert [score.logprob for score in found[prompt.id].targets] == pytest.approx(expected, abs=1e-4)


def test_letters_of_one_token_need_no_second_pass(models: ModelRegistry, load: Load) -> None:
    loaded = load()
    batching_of(loaded)
    with patch.object(loaded.module, "forward", wraps=loaded.module.forward) as forward:
        answered(models, generate_request(loaded, [prompts()[0]], max_tokens=1, targets=LETTERS))
    assert forward.call_count == 1


def test_scores_stay_when_memory_runs_out(models: ModelRegistry, load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load()
    whole = answered(models, generate_request(loaded, prompts(), targets=TARGETS))
    longest = max(len(encode_prompt(loaded, prompt)) for prompt in prompts())
    monkeypatch.setattr(loaded.module, "forward", memory_for(loaded, longest + 3))
    halved = answered(models, generate_request(loaded, prompts(), targets=TARGETS))
    for id, row in whole.items():
        assert [s.logprob for s in halved[id].targets] == pytest.approx([s.logprob for s in row.targets], abs=1e-4)


def test_a_prompt_without_room_for_a_target_fails_by_id(models: ModelRegistry, load: Load) -> None:
    loaded = load()
    room = loaded.context_length - len(encode_prompt(loaded, raw("q", "Which?")))
    long = ScoredTarget(text="I" * (room + 1), ends=True)
    context = RecordingContext()
    generate(models, generate_request(loaded, [raw("q", "Which?")], targets=[long]), context)
    failures = [f for item in context.items if isinstance(item, GenerateItem) for f in item.failures]
    assert [(failure.id, failure.code) for failure in failures] == [("q", "too_long")]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"targets": [ScoredTarget(text=" ", ends=True)]}, "empty"),
        ({"targets": [REFUSAL], "think_tokens": 4}, "thought"),
    ],
)
def test_targets_that_cannot_be_scored_are_refused(
    models: ModelRegistry, load: Load, changes: dict[str, Any], named: str
) -> None:
    with pytest.raises(RuntimeFault, match=named):
        answered(models, generate_request(load(), prompts(), **changes))
