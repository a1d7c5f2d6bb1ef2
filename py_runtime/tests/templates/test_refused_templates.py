"""Templates that drop or change what is said, or have no place for an answer, are refused by name."""

from __future__ import annotations

import pytest

from grait_runtime.contract import Message, Prompt
from grait_runtime.encoding.text import InvalidItem, encode_prompt
from grait_runtime.errors import RuntimeFault
from tests.templates.family_tokenizers import FAMILIES, byte_level, spoken_to

GOOD = (FAMILIES / "chatml.jinja").read_text()
HEAD = "{% for m in messages %}<|im_start|>{{ m.role }}\n"
TAIL = "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"


def asked(*contents: str, system: str | None = None) -> Prompt:
    turns = [Message(role="user" if n % 2 == 0 else "assistant", content=text) for n, text in enumerate(contents)]
    first = [] if system is None else [Message(role="system", content=system)]
    return Prompt(id="q", messages=[*first, *turns], prompt=None)


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{{ raise_exception('not you') }}", "cannot be rendered: not you"),
        ("{% for m in messages %}{{ m.content }", "cannot be rendered: "),
        (HEAD + "{{ m.text }}" + TAIL, "drops the user's message"),
        (HEAD + "{% if m.role == 'assistant' %}{{ m.content }}{% endif %}" + TAIL, "drops the user's message"),
        (HEAD + "{{ m.content | replace('\n', ' ') }}" + TAIL, "changes line breaks and indents of the user's message"),
        (HEAD + "{{ m.content.split() | join(' ') }}" + TAIL, "changes line breaks and indents of the user's message"),
        (HEAD + "{{ m.content | e }}" + TAIL, "changes unusual characters of the user's message"),
        (HEAD + "{{ m.content | tojson }}" + TAIL, "changes line breaks and indents of the user's message"),
        (HEAD + "{{ m.content | upper }}" + TAIL, "changes the text of the user's message"),
        (HEAD + "{{ m.content[:200] }}" + TAIL, "changes long texts of the user's message"),
        (HEAD + "{{ m.content if m.role == 'user' }}" + TAIL, "drops the assistant's message"),
        (
            GOOD + "{% if add_generation_prompt %}Sure, here it is:{% endif %}",
            r"ends a prompt with 'Sure, here it is:'",
        ),
    ],
)
def test_a_template_that_loses_something_is_refused_when_the_model_is_loaded(template: str, reason: str) -> None:
    with pytest.raises(RuntimeFault, match=rf"the chat template of path:model {reason}") as refused:
        spoken_to(template, byte_level())
    assert refused.value.code == "model_unsupported"
    assert "Question: ... Answer:" in str(refused.value.hint)


def test_worked_examples_that_are_dropped_are_refused_when_they_are_asked_for() -> None:
    loaded = spoken_to(
        "{% set messages = messages[-2:] if messages[-1].role == 'assistant' else messages[-1:] %}" + GOOD, byte_level()
    )
    assert str(loaded.tokenizer.decode(encode_prompt(loaded, asked("Which?")))).startswith("<|im_start|>user\nWhich?")
    assert loaded.chat.trial.verdict == "limited"
    assert "does not take worked examples" in loaded.chat.trial.message
    with pytest.raises(RuntimeFault, match="drops the user's message") as refused:
        encode_prompt(loaded, asked("One?", "1", "Two?"))
    assert "knowledge.shots: 0" in str(refused.value.hint)


@pytest.mark.parametrize(
    "template",
    [
        "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}" + GOOD,
        "{% if messages[0].role == 'system' %}{% set messages = messages[1:] %}{% endif %}" + GOOD,
    ],
)
def test_a_system_message_that_is_not_taken_is_refused_with_the_way_out(template: str) -> None:
    loaded = spoken_to(template, byte_level())
    assert encode_prompt(loaded, asked("Which?"))
    with pytest.raises(RuntimeFault, match="system message") as refused:
        encode_prompt(loaded, asked("Which?", system="Be brief."))
    assert "prompts.plain and prompts.refuse" in str(refused.value.hint)


def test_a_single_content_that_the_template_changes_is_refused_with_its_words() -> None:
    loaded = spoken_to(HEAD + "{{ m.content | replace('lead', 'gold') }}" + TAIL, byte_level())
    assert encode_prompt(loaded, asked("Which?"))
    with pytest.raises(InvalidItem, match=r"changes the user message 'Is this lead\?'"):
        encode_prompt(loaded, asked("Is this lead?"))


def test_a_thought_in_an_earlier_answer_may_be_dropped() -> None:
    loaded = spoken_to((FAMILIES / "qwen3.jinja").read_text(), byte_level())
    text = loaded.tokenizer.decode(encode_prompt(loaded, asked("One?", "<think>\nHm.\n</think>\n\n1", "Two?")))
    assert "<|im_start|>assistant\n1<|im_end|>" in text


def test_contents_are_given_as_parts_only_where_a_template_asks_for_them() -> None:
    parts = spoken_to((FAMILIES / "litert-parts.jinja").read_text(), byte_level())
    assert parts.chat.trial.verdict == "right"
    assert "lists of parts" in parts.chat.trial.message
    plain = spoken_to(GOOD, byte_level())
    assert "parts" not in plain.chat.trial.message
    assert (plain.chat.trial.verdict, plain.chat.trial.name) == ("right", "chat template")


def test_the_trial_says_what_was_found() -> None:
    sentence = spoken_to((FAMILIES / "smollm3.jinja").read_text(), byte_level()).chat.trial.message
    assert "thinking is switched off (enable_thinking: false)" in sentence
    assert "today is always 2024-07-26" in sentence
    assert (
        "spaces around a message are trimmed"
        in spoken_to((FAMILIES / "gemma2.jinja").read_text(), byte_level()).chat.trial.message
    )
