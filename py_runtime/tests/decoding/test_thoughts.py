"""A thought before an answer is no part of it, and takes no more than its budget."""

from __future__ import annotations

import pytest

from grait_runtime.decoding.answers import Answer, Drawing
from grait_runtime.decoding.thoughts import ThoughtRule
from grait_runtime.encoding.stop_strings import StopStrings
from grait_runtime.encoding.text import encode_option
from grait_runtime.models.loaded_model import LoadedModel
from tests.templates.family_tokenizers import FAMILIES, byte_level, spoken_to


def model(name: str = "qwen3") -> LoadedModel:
    return spoken_to((FAMILIES / f"{name}.jinja").read_text(), byte_level())


def drawing(loaded: LoadedModel, budget: int, max_tokens: int = 40) -> Drawing:
    assert loaded.chat.thinking is not None
    thought = loaded.chat.thinking.thought
    rule = ThoughtRule(loaded.tokenizer, thought.begin, thought.end, encode_option(loaded, thought.closing), budget)
    return Drawing(1, 0.0, max_tokens, 0, loaded.stop_ids, StopStrings(loaded.tokenizer, ["\n"]), rule)


def written(rules: Drawing, texts: list[str], *, thinking: bool = False) -> tuple[Answer, str]:
    """What becomes of a model that writes these texts, each after the runtime has ended a thought before it."""
    tokenizer = byte_level()
    answer = rules.begun(0, thinking=thinking)
    for text in texts:
        forced = False
        for token in tokenizer(text, add_special_tokens=False)["input_ids"]:
            given, drawn = answer.next_token(token)
            while not drawn:
                forced = True
                assert rules.goes_on(answer, given)
                given, drawn = answer.next_token(token)
            if forced:
                break
            if not rules.goes_on(answer, token):
                return answer, rules.stops.text(answer.content)
    return answer, rules.stops.text(answer.content)


def test_the_answer_is_what_follows_the_thought() -> None:
    rules = drawing(model(), budget=100)
    assert written(rules, ["<think>\nParis?\nOr Rome?\n</think>\n\nParis\nRome"])[1] == "Paris"
    assert written(rules, ["Is it Paris?\nYes.\n</think>\n\nParis\nRome"], thinking=True)[1] == "Paris"


def test_a_model_that_does_not_think_is_not_held_up() -> None:
    rules = drawing(model(), budget=100)
    assert written(rules, ["Paris\nRome"])[1] == "Paris"
    assert written(rules, ["<th>Paris\nRome"])[1] == "<th>Paris"


@pytest.mark.parametrize("budget", [0, 1, 5])
def test_a_thought_that_takes_too_long_is_ended_and_the_answer_follows(budget: int) -> None:
    rules = drawing(model(), budget)
    answer, text = written(rules, ["<think>" + "\nWell" * 40, "Paris\nRome"])
    whole = str(byte_level().decode(answer.tokens))
    assert text == "Paris"
    assert whole.endswith("\n</think>\n\nParis\n")
    thought = whole.removesuffix("\n</think>\n\nParis\n").removeprefix("<think>")
    assert len(byte_level()(thought, add_special_tokens=False)["input_ids"]) == budget
    assert len(answer.tokens) <= rules.most_tokens


def test_the_length_of_an_answer_is_counted_from_its_beginning() -> None:
    rules = drawing(model(), budget=100, max_tokens=2)
    answer, _ = written(rules, ["<think>a long thought, a very long thought</think>12345"])
    assert byte_level().decode(answer.content) == "12"
    assert len(answer.tokens) > 10


def test_the_channels_of_gpt_oss_are_left_out() -> None:
    rules = drawing(model("gpt-oss"), budget=100)
    thought = "<|channel|>analysis<|message|>Paris or Rome?<|end|><|start|>assistant<|channel|>final<|message|>"
    assert written(rules, [f"{thought}Paris<|return|>"])[1] == "Paris"
    assert written(rules, ["<|channel|>final<|message|>Paris<|return|>"])[1] == "Paris"
    short = drawing(model("gpt-oss"), budget=3)
    answer, text = written(short, ["<|channel|>analysis<|message|>Paris or Rome or", "Paris<|return|>"])
    assert text == "Paris"
    assert "<|end|><|start|>assistant<|channel|>final<|message|>Paris" in byte_level().decode(answer.tokens)


def test_the_thought_of_magistral_is_left_out() -> None:
    rules = drawing(model("magistral"), budget=100)
    assert written(rules, ["[THINK]Paris?[/THINK]Paris\nRome"])[1] == "Paris"
