# ruff: noqa: DTZ005, DTZ011
"""Prompts of a chat template are the same on every day."""

from __future__ import annotations

import datetime as datetimes
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from grait_runtime.contract import Message, RenderPromptsRequest, TargetedPrompt
from grait_runtime.encoding.text import encode_prompt
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.render_prompts import render_prompts
from grait_runtime.templates.chat_template import TEMPLATE_DAY
from grait_runtime.templates.find_form import find_chat_form
from tests.contexts import RecordingContext
from tests.requests import chat
from tests.tiny import CHAT_TEMPLATE

Load = Callable[..., LoadedModel]

DATED = "{% set today = strftime_now('%d %b %Y') %}Today is {{ today }}.\n" + CHAT_TEMPLATE


#: Templates and options, all different.
TEMPLATES: list[tuple[str, dict[str, str | float | bool]]] = [
    (CHAT_TEMPLATE, {}),
    ("{{ greeting }}" + CHAT_TEMPLATE, {"greeting": "Hello"}),
    ("{{ greeting }}" + CHAT_TEMPLATE, {"greeting": "Good morning"}),
    (CHAT_TEMPLATE + "{% if messages|length > 1 %}again{% endif %}", {}),
]


def with_template(loaded: LoadedModel, template: str, **options: str | float | bool) -> LoadedModel:
    loaded.tokenizer.chat_template = template
    return replace(loaded, chat=find_chat_form(loaded.tokenizer, options, loaded.source))


def rendered(loaded: LoadedModel) -> str:
    return str(loaded.tokenizer.decode(encode_prompt(loaded, chat("q", "Which?"))))


def test_a_template_that_asks_for_today_gets_a_fixed_day(load: Load) -> None:
    loaded = with_template(load(), DATED)
    assert rendered(loaded).startswith("Today is 26 Jul 2024.\n")
    assert loaded.chat.date == TEMPLATE_DAY.date().isoformat() == "2024-07-26"


def test_a_template_that_does_not_ask_has_no_date(load: Load) -> None:
    assert load().chat.date is None
    assert load(chat_template=False).chat.digest is None


def test_the_day_can_be_set(load: Load) -> None:
    loaded = with_template(load(), DATED, date="2031-02-03")
    assert rendered(loaded).startswith("Today is 03 Feb 2031.\n")
    assert loaded.chat.date == "2031-02-03"


@pytest.mark.parametrize("date", ["today", "2031-02-30", "", 20310203.0, True])
def test_a_day_that_is_none_is_refused(load: Load, date: str | float | bool) -> None:
    with pytest.raises(RuntimeFault, match=r"templateOptions\.date must be a day as YYYY-MM-DD") as refused:
        with_template(load(), DATED, date=date)
    assert refused.value.code == "invalid_request"


def test_a_template_with_a_date_of_its_own_is_given_it_too(load: Load) -> None:
    loaded = with_template(load(), "{{ date }} " + CHAT_TEMPLATE, date="a Monday")
    assert rendered(loaded).startswith("a Monday ")


@pytest.mark.parametrize("option", ["enable_thinkng", "messages", "add_generation_prompt"])
def test_an_option_that_the_template_does_not_take_is_refused_with_those_that_it_takes(load: Load, option: str) -> None:
    with pytest.raises(RuntimeFault, match=f"takes no option '{option}'") as refused:
        with_template(load(), "{{ greeting }}" + CHAT_TEMPLATE, **{option: False})
    assert "date, greeting;" in str(refused.value.hint)
    with pytest.raises(RuntimeFault, match="has no chat template, so it takes no template option"):
        find_chat_form(load(chat_template=False).tokenizer, {option: False}, "m")


def test_the_digest_changes_with_the_options_and_with_what_follows_worked_examples(load: Load) -> None:
    loaded = load()
    digests = {with_template(loaded, template, **options).chat.digest for template, options in TEMPLATES}
    assert len(digests) == len(TEMPLATES)


def test_a_template_that_draws_at_random_is_refused(load: Load) -> None:
    with pytest.raises(RuntimeFault, match=r"the chat template of .* draws at random") as refused:
        with_template(load(), "{{ ['Good day', 'Hello'] | random }} " + CHAT_TEMPLATE)
    assert refused.value.code == "model_unsupported"


@pytest.mark.parametrize(
    "today",
    [
        lambda: datetime.now().isoformat(),
        lambda: f"{datetimes.datetime.now(datetimes.timezone.utc):%B}",
        lambda: date.today().strftime("%A"),
        lambda: time.strftime("%Y"),
        lambda: str(int(time.time()) // 86_400),
    ],
)
def test_a_tokenizer_that_takes_the_day_in_a_way_of_its_own_is_refused(
    load: Load, monkeypatch: pytest.MonkeyPatch, today: Callable[[], str]
) -> None:
    loaded = load()
    plain = type(loaded.tokenizer).apply_chat_template

    def dated(self: Any, *args: Any, **kwargs: Any) -> str:
        return f"{today()} {plain(self, *args, **kwargs)}"

    monkeypatch.setattr(type(loaded.tokenizer), "apply_chat_template", dated)
    with pytest.raises(RuntimeFault, match=r"puts today's date or the time into every prompt.*another prompt tomorrow"):
        find_chat_form(loaded.tokenizer, {}, loaded.source)


def test_only_the_roles_that_make_a_template_ask_are_refused(load: Load) -> None:
    loaded = with_template(load(), "{% if messages|length > 3 %}{{ [1, 2] | random }}{% endif %}" + CHAT_TEMPLATE)
    assert "Which?" in rendered(loaded)
    with pytest.raises(RuntimeFault, match="draws at random"):
        encode_prompt(loaded, chat("q", "Which?", "Paris", "And?", "Rome", "Where?"))


def test_rendered_prompts_show_what_the_model_reads(models: ModelRegistry, load: Load) -> None:
    loaded = load()
    turns = [Message(role="user", content="Which?")]
    items = [
        TargetedPrompt(id="a", messages=turns, prompt=None, target="Iron"),
        TargetedPrompt(id="b", messages=None, prompt="Answer:", target=None),
    ]
    request = RenderPromptsRequest(model=loaded.handle, items=items)
    shown = render_prompts(models, request, RecordingContext())
    asked, raw_text = shown.prompts
    assert asked.prompt == "<|start|>user\nWhich?<|end|>\n<|start|>assistant\n"
    assert (asked.target, asked.prompt_tokens) == ("Iron<|end|>", len(encode_prompt(loaded, chat("q", "Which?"))))
    assert (raw_text.target, raw_text.target_tokens) == (None, 0)
    assert raw_text.prompt.endswith("Answer:")
    assert shown.stop_tokens == ["<|endoftext|>", "<|end|>"]


def test_the_clock_goes_on_after_the_trial(load: Load) -> None:
    before = time.time()
    rendered(with_template(load(), DATED))
    assert before <= time.time() < before + 60
    assert abs(datetime.now().timestamp() - time.time()) < 60
