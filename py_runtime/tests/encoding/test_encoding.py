"""Text to tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from tokenizers import Tokenizer, decoders, models, normalizers
from transformers import PreTrainedTokenizerFast

from grait_runtime.contract import Failure, Message, Prompt, Sample
from grait_runtime.encoding.text import (
    EncodedSample,
    InvalidItem,
    encode_option,
    encode_prompt,
    encode_sample,
    encode_target,
)
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.templates.end_of_turn import end_of_turn_token
from grait_runtime.templates.find_form import find_chat_form
from tests.requests import chat, raw
from tests.tiny import CHAT_TEMPLATE

Load = Callable[..., LoadedModel]


def sample(target: str, content: str = "What is the capital of France?") -> Sample:
    return Sample(id="s", messages=[Message(role="user", content=content)], prompt=None, target=target, weight=0.5)


def test_messages_are_rendered_up_to_where_the_answer_begins(load: Load) -> None:
    loaded = load()
    ids = encode_prompt(loaded, chat("q", "Which?", "Paris", "And?"))
    assert loaded.tokenizer.decode(ids) == (
        "<|start|>user\nWhich?<|end|>\n<|start|>assistant\nParis<|end|>\n<|start|>user\nAnd?<|end|>\n<|start|>assistant\n"
    )


def test_template_options_reach_the_template(load: Load) -> None:
    loaded = load()
    loaded.tokenizer.chat_template = "{{ greeting }} " + CHAT_TEMPLATE
    loaded = replace(loaded, chat=find_chat_form(loaded.tokenizer, {"greeting": "Hello"}, "m"))
    text = str(loaded.tokenizer.decode(encode_prompt(loaded, chat("q", "you"))))
    assert text.startswith("Hello <|start|>user\nyou")


def test_without_a_chat_template_a_conversation_is_questions_and_answers(load: Load) -> None:
    loaded = load(chat_template=False)
    text = loaded.tokenizer.decode(encode_prompt(loaded, chat("q", "Be brief.\n\nOne?", "1", "Be brief.\n\nTwo?")))
    assert text == "Be brief.\n\nQuestion: One?\nAnswer: 1\n\nQuestion: Two?\nAnswer:"


def test_without_a_chat_template_prompt_and_target_are_the_tokens_of_the_whole_text(load: Load) -> None:
    loaded = load(chat_template=False)
    encoded = encode_sample(loaded, sample("Paris"))
    assert isinstance(encoded, EncodedSample)
    whole = "Question: What is the capital of France?\nAnswer: Paris"
    assert encoded.input_ids == [*loaded.tokenizer(whole, add_special_tokens=False)["input_ids"], 0]


@pytest.mark.parametrize(
    "prompt",
    [
        Prompt(id="q", messages=None, prompt=None),
        Prompt(id="q", messages=[Message(role="user", content="a")], prompt="a"),
        Prompt(id="q", messages=[], prompt=None),
        Prompt(id="q", messages=None, prompt=""),
    ],
)
def test_a_prompt_that_is_neither_or_both_or_empty_is_refused(load: Load, prompt: Prompt) -> None:
    with pytest.raises(InvalidItem, match="q: "):
        encode_prompt(load(), prompt)


def test_prompt_and_target_are_joined_and_the_target_ends_the_turn(load: Load) -> None:
    loaded = load()
    encoded = encode_sample(loaded, sample("Paris"))
    assert isinstance(encoded, EncodedSample)
    assert encoded.input_ids[encoded.target_start :] == encode_target(loaded, "Paris", asked=True)
    assert loaded.tokenizer.decode(encoded.input_ids[encoded.target_start :]) == "Paris<|end|>"
    assert encoded.weight == 0.5


@pytest.mark.parametrize(
    ("item", "code"),
    [(sample("  "), "empty_target"), (sample("x " * 600), "too_long"), (sample("x", "y " * 600), "too_long")],
)
def test_samples_that_teach_nothing_are_failures(load: Load, item: Sample, code: str) -> None:
    encoded = encode_sample(load(), item)
    assert isinstance(encoded, Failure)
    assert (encoded.id, encoded.code) == ("s", code)


def test_the_turn_ends_with_the_templates_token_or_else_the_eos(load: Load) -> None:
    assert load().end_of_turn == "<|end|>"
    assert load(chat_template=False).end_of_turn == "<|endoftext|>"
    assert load().stop_ids == {0, 2}


def sentencepiece_like() -> PreTrainedTokenizerFast:
    """As Llama-2's: a space is put before every text, spaces are the piece ▁, a newline is the byte <0x0A>."""
    pieces = ["<unk>", "<s>", "</s>", "<0x0A>", "▁", "A", "B", "▁A", "a", "▁a", ":"]
    tokenizer = Tokenizer(
        models.BPE(
            {piece: index for index, piece in enumerate(pieces)},
            [("▁", "A"), ("▁", "a")],
            unk_token="<unk>",
            byte_fallback=True,
        )
    )
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="</s>", unk_token="<unk>")


def test_options_get_no_space_that_they_do_not_have(load: Load) -> None:
    loaded = replace(load(), tokenizer=sentencepiece_like(), adds_leading_space=True)
    pieces = loaded.tokenizer.convert_ids_to_tokens
    assert pieces(loaded.tokenizer("A", add_special_tokens=False)["input_ids"]) == ["▁A"]
    assert pieces(encode_option(loaded, "A")) == ["A"]
    assert pieces(encode_option(loaded, " A")) == ["▁A"]


def test_byte_level_options_are_taken_as_they_are(load: Load) -> None:
    loaded = load()
    for text in ("A", " A", "\n", " two words"):
        assert loaded.tokenizer.decode(encode_option(loaded, text)) == text


def test_a_tokenizer_without_an_end_is_refused_by_name() -> None:
    tokenizer = sentencepiece_like()
    tokenizer.eos_token = None
    with pytest.raises(Exception, match=r"the tokenizer of path:x has no end-of-text token"):
        end_of_turn_token(tokenizer, "", "path:x")


def test_a_text_prompt_begins_with_the_tokenizers_beginning_token(load: Load) -> None:
    loaded = load()
    assert loaded.tokenizer.decode(encode_prompt(loaded, raw("q", "Answer:"))) == "Answer:"
