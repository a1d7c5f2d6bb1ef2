"""Models that think before they answer, and base models, are asked and answer in the right place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from grait_runtime.contract import GenerateItem, GenerateRequest, GenerateRow, Prompt
from grait_runtime.encoding.text import encode_option, encode_prompt
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.generate import generate
from grait_runtime.templates.find_form import find_chat_form
from tests.contexts import RecordingContext
from tests.on_device import logits_of
from tests.requests import chat, raw
from tests.tiny import CHAT_TEMPLATE

Load = Callable[..., LoadedModel]

#: As of a model that always thinks: the prompt opens the thought, a conversation of the past has none.
THINKER = CHAT_TEMPLATE.replace("<|start|>assistant\n", "<|start|>assistant\n<think>\n") + "{# </think> #}"
ASKED = [chat("a", "Which element has the symbol Fe?"), chat("b", "Which?"), raw("c", "Which country?")]


def thinker(models: ModelRegistry, load: Load) -> LoadedModel:
    loaded = load()
    loaded.tokenizer.chat_template = THINKER
    thinking = replace(loaded, handle="thinker", chat=find_chat_form(loaded.tokenizer, {}, "m"))
    models._models["thinker"] = thinking
    return thinking


def answers(
    models: ModelRegistry, loaded: LoadedModel, think_tokens: int, max_tokens: int = 6
) -> dict[str, GenerateRow]:
    context = RecordingContext()
    asked = GenerateRequest(
        model=loaded.handle, items=ASKED, samples=1, temperature=0.0, max_tokens=max_tokens, stop=[], seed=0,
        think_tokens=think_tokens, targets=[], token_budget=None, completed=[], halvings=0,
    )  # fmt: skip
    generate(models, asked, context)
    items = [item for item in context.items if isinstance(item, GenerateItem)]
    return {row.id: row for item in items for row in item.rows}


def greedy(loaded: LoadedModel, ids: list[int], count: int) -> list[int]:
    """What plain forward passes continue `ids` with; no tokens after the end of a turn."""
    written: list[int] = []
    while len(written) < count:
        written.append(int(logits_of(loaded.module, [ids + written])[0, -1].argmax()))
        if written[-1] in loaded.stop_ids:
            break
    return written


def text(loaded: LoadedModel, ids: list[int]) -> str:
    return str(loaded.tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False))


def test_without_a_budget_the_thought_is_closed_and_the_answer_follows_it(models: ModelRegistry, load: Load) -> None:
    loaded = thinker(models, load)
    assert text(loaded, encode_prompt(loaded, ASKED[0])).endswith("assistant\n<think>\n\n</think>\n\n")
    found = answers(models, loaded, think_tokens=0)
    for prompt in ASKED[:2]:
        assert found[prompt.id].texts == [text(loaded, greedy(loaded, encode_prompt(loaded, prompt), 6))]


@pytest.mark.parametrize("budget", [1, 4])
def test_a_thought_takes_its_budget_is_ended_and_is_no_part_of_the_answer(
    models: ModelRegistry, load: Load, budget: int
) -> None:
    loaded = thinker(models, load)
    found = answers(models, loaded, think_tokens=budget)
    for prompt in ASKED[:2]:
        opened = encode_prompt(loaded, prompt, thinking=True)
        assert text(loaded, opened).endswith("assistant\n<think>\n")
        thought = greedy(loaded, opened, budget)
        assert len(thought) == budget, "the tiny model has other weights now; take a question for which it goes on"
        closing = encode_option(loaded, "\n</think>\n\n")
        answer = greedy(loaded, opened + thought + closing, 6)
        assert found[prompt.id].texts == [text(loaded, answer).lstrip("\n")]
        assert found[prompt.id].tokens == [len(answer)]
    plain = encode_prompt(loaded, ASKED[2])
    assert found["c"].texts == [text(loaded, greedy(loaded, plain, 6))]


def test_a_model_without_thoughts_says_that_the_budget_has_no_effect(models: ModelRegistry, load: Load) -> None:
    loaded = load()
    context = RecordingContext()
    asked = GenerateRequest(
        model=loaded.handle, items=[ASKED[0]], samples=1, temperature=0.0, max_tokens=2, stop=[], seed=0,
        think_tokens=4, targets=[], token_budget=None, completed=[], halvings=0,
    )  # fmt: skip
    generate(models, asked, context)
    assert context.warnings == [f"thinkTokens has no effect: {loaded.source} shows no marks of thoughts"]


def test_the_space_before_an_answer_is_no_part_of_it(models: ModelRegistry, load: Load) -> None:
    """A base model is asked up to "Answer:"."""
    loaded = load(chat_template=False)
    found = answers(models, loaded, think_tokens=0, max_tokens=12)
    for prompt in ASKED[:2]:
        ids: list[int] = encode_prompt(loaded, prompt)
        assert text(loaded, ids).endswith("\nAnswer:")
        assert found[prompt.id].texts == [text(loaded, greedy(loaded, ids, 12)).removeprefix(" ")]
    only: Prompt = ASKED[2]
    assert found["c"].texts == [text(loaded, greedy(loaded, encode_prompt(loaded, only), 12))]
