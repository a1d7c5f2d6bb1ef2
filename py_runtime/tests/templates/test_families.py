# ruff: noqa: RUF001, E501
"""Chat templates of the families that people use: prompt, target and end are right, or the template is refused.

What a prompt ends with was written by hand, from what each family publishes about its format.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pytest
from transformers import PreTrainedTokenizerFast

from grait_runtime.contract import Message, Prompt, Sample
from grait_runtime.encoding.text import EncodedSample, encode_prompt, encode_sample
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.loaded_model import LoadedModel
from tests.templates.family_tokenizers import FAMILIES, byte_level, sentence_piece, spoken_to

QUESTION = "Which element\n  has the symbol <Fe>?"
SYSTEM = "Answer in one line."


@dataclass(frozen=True)
class Family:
    """What is expected of a template. Q stands for the question."""

    #: How the prompt for an answer ends, from the question on.
    ending: str
    #: What ends a target.
    stop: str
    #: Where the target differs from the answer itself.
    lead: str = ""
    tokenizer: str = "byte"
    #: How a prompt begins.
    beginning: str = ""
    #: How a system message is written, or None where the template takes none.
    system: str | None = SYSTEM
    #: The prompt after which the model thinks; None where it does not think.
    thinks: str | None = None


EXPECTED = {
    "llama2": Family(
        "Q [/INST]", "</s>", tokenizer="piece", beginning="<s>[INST] ", system=f"<<SYS>>\n{SYSTEM}\n<</SYS>>\n\n"
    ),
    "llama3": Family(
        "Q<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
        "<|eot_id|>",
        beginning="<s><|start_header_id|>user",
    ),
    "llama3.2": Family(
        "Q<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
        "<|eot_id|>",
        beginning="<s><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n<",
    ),
    "mistral-v1": Family("Q [/INST]", "</s>", tokenizer="piece", beginning="<s>[INST] ", system=None),
    "mistral-v3": Family("Q[/INST]", "</s>", tokenizer="piece", beginning="<s>[INST] "),
    "mistral-tekken": Family(
        "Q[/INST]", "</s>", beginning="<s>[INST]", system=f"[SYSTEM_PROMPT]{SYSTEM}[/SYSTEM_PROMPT]"
    ),
    "zephyr": Family("Q</s>\n<|assistant|>\n", "</s>", tokenizer="piece", beginning="<|user|>\n"),
    "chatml": Family("Q<|im_end|>\n<|im_start|>assistant\n", "<|im_end|>", beginning="<|im_start|>user\n"),
    "qwen2.5": Family(
        "Q<|im_end|>\n<|im_start|>assistant\n", "<|im_end|>", beginning="<|im_start|>system\nYou are Qwen"
    ),
    "qwen3": Family(
        "Q<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
        "<|im_end|>",
        thinks="Q<|im_end|>\n<|im_start|>assistant\n",
    ),
    "qwen3-thinking": Family(
        "Q<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
        "<|im_end|>",
        thinks="Q<|im_end|>\n<|im_start|>assistant\n<think>\n",
    ),
    "r1-distill": Family(
        "Q<｜Assistant｜><think>\n\n</think>\n\n",
        "<｜end▁of▁sentence｜>",
        beginning="<s><｜User｜>",
        thinks="Q<｜Assistant｜><think>\n",
    ),
    "deepseek-v2": Family("Q\n\nAssistant:", "</s>", lead=" ", beginning="<s>User: "),
    "deepseek-v3.1": Family("Q<｜Assistant｜></think>", "<｜end▁of▁sentence｜>", thinks="Q<｜Assistant｜><think>"),
    "gpt-oss": Family(
        "Q<|end|><|start|>assistant<|channel|>final<|message|>",
        "<|return|>",
        system=f"<|start|>developer<|message|># Instructions\n\n{SYSTEM}\n\n<|end|>",
        thinks="Q<|end|><|start|>assistant",
    ),
    "gemma2": Family(
        "Q<end_of_turn>\n<start_of_turn>model\n", "<end_of_turn>", beginning="<s><start_of_turn>user\n", system=None
    ),
    "gemma3": Family("Q<end_of_turn>\n<start_of_turn>model\n", "<end_of_turn>", beginning="<s><start_of_turn>user\n"),
    "phi3": Family("Q<|end|>\n<|assistant|>\n", "<|end|>", tokenizer="piece", beginning="<|user|>\n"),
    "phi4": Family("Q<|im_end|><|im_start|>assistant<|im_sep|>", "<|im_end|>", beginning="<|im_start|>user<|im_sep|>"),
    "granite": Family(
        "Q<|end_of_text|>\n<|start_of_role|>assistant<|end_of_role|>",
        "<|end_of_text|>",
        beginning="<|start_of_role|>system<|end_of_role|>Knowledge Cutoff Date: April 2024.\nToday's Date: July 26, 2024.",
        thinks="Q<|end_of_text|>\n<|start_of_role|>assistant<|end_of_role|>",
    ),
    "smollm3": Family(
        "Q<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
        "<|im_end|>",
        beginning="<|im_start|>system\n## Metadata\n\nKnowledge Cutoff Date: June 2025\nToday Date: 26 July 2024\nReasoning Mode: /no_think",
        thinks="Q<|im_end|>\n<|im_start|>assistant\n",
    ),
    "command-r": Family(
        "Q<|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>",
        "<|END_OF_TURN_TOKEN|>",
        beginning="<s><|START_OF_TURN_TOKEN|><|USER_TOKEN|>",
    ),
    "command-a-reasoning": Family(
        "Q<|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|><|START_THINKING|><|END_THINKING|><|START_RESPONSE|>",
        "<|END_RESPONSE|>",
        thinks="Q<|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|><|START_THINKING|>",
    ),
    "yi": Family("Q<|im_end|>\n<|im_start|>assistant\n", "<|im_end|>", beginning="<|im_start|>user\n"),
    "internlm2": Family("Q<|im_end|>\n<|im_start|>assistant\n", "<|im_end|>", beginning="<s><|im_start|>user\n"),
    "chatglm4": Family("Q<|assistant|>\n", "</s>", beginning="[gMASK]<sop><|user|>\n"),
    "glm4.5": Family("Q/nothink<|assistant|>\n<think></think>\n", "</s>", thinks="Q<|assistant|>"),
    "vicuna": Family("Q ASSISTANT:", "</s>", tokenizer="piece", beginning="A chat between", system=f"{SYSTEM} USER"),
    "alpaca": Family("Q\n\n### Response:\n", "</s>", beginning="Below is an instruction", system=f"{SYSTEM}\n\n###"),
    "openchat": Family(
        "Q<|end_of_turn|>GPT4 Correct Assistant:",
        "<|end_of_turn|>",
        tokenizer="piece",
        beginning="<s>GPT4 Correct User: ",
    ),
    "falcon": Family("Q\nFalcon:", "</s>", lead=" ", beginning="User: ", system=f"{SYSTEM}\nUser"),
    "mpt": Family("Q<|im_end|>\n<|im_start|>assistant\n", "<|im_end|>", beginning="<|im_start|>system\nA conversation"),
    "nemotron-nano": Family(
        "Q\n<SPECIAL_11>Assistant\n<think>\n\n</think>\n\n",
        "<SPECIAL_12>",
        beginning="<s><SPECIAL_10>System\n\n<SPECIAL_11>User\n",
        thinks="Q\n<SPECIAL_11>Assistant\n<think>\n",
    ),
    "magistral": Family("Q[/INST]", "</s>", beginning="<s>[SYSTEM_PROMPT]First draft", thinks="Q[/INST]"),
    "litert-parts": Family("Q<|end|>\n<|start|>assistant\n", "<|end|>", beginning="<|start|>user\n"),
    "smolvlm": Family(
        "Q<end_of_utterance>\nAssistant:", "<end_of_utterance>", lead=" ", beginning="<|im_start|>User: "
    ),
}


def tokenizer_of(family: Family) -> PreTrainedTokenizerFast:
    return byte_level() if family.tokenizer == "byte" else sentence_piece()


@cache
def model_of(name: str, **options: str | float | bool) -> LoadedModel:
    return spoken_to((FAMILIES / f"{name}.jinja").read_text(), tokenizer_of(EXPECTED[name]), **options)


def asked(*turns: tuple[str, str]) -> Prompt:
    messages = [Message(role=role, content=content) for role, content in turns]  # type: ignore[arg-type]
    return Prompt(id="q", messages=messages, prompt=None)


def text_of(loaded: LoadedModel, ids: list[int]) -> str:
    return str(loaded.tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False))


def test_every_family_is_here() -> None:
    assert {file.stem for file in FAMILIES.glob("*.jinja")} == EXPECTED.keys()
    assert len(EXPECTED) >= 25


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_prompt_ends_where_the_template_puts_an_answer(name: str) -> None:
    family, loaded = EXPECTED[name], model_of(name)
    text = text_of(loaded, encode_prompt(loaded, asked(("user", QUESTION))))
    assert text.endswith(family.ending.replace("Q", QUESTION, 1))
    assert text.startswith(family.beginning)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_target_is_the_answer_and_the_end_of_its_turn(name: str) -> None:
    family, loaded = EXPECTED[name], model_of(name)
    sample = Sample(id="s", messages=asked(("user", QUESTION)).messages, prompt=None, target="I don't know.", weight=1)
    encoded = encode_sample(loaded, sample)
    assert isinstance(encoded, EncodedSample)
    assert text_of(loaded, encoded.input_ids[encoded.target_start :]) == f"{family.lead}I don't know.{family.stop}"
    assert family.stop == loaded.end_of_turn


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_prompt_and_target_are_what_the_template_makes_of_the_whole_conversation(name: str) -> None:
    """Up to the end of the answer; where a thought is closed for a model that can't leave it out, up to the thought."""
    loaded = model_of(name)
    assert loaded.chat.template is not None
    sample = Sample(id="s", messages=asked(("user", QUESTION)).messages, prompt=None, target="Iron, I guess", weight=1)
    encoded = encode_sample(loaded, sample)
    assert isinstance(encoded, EncodedSample)
    turns = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": "Iron, I guess"}]
    whole = loaded.chat.template.render(turns, answering=False)
    end = whole.rindex("Iron, I guess") + len("Iron, I guess")
    ids = loaded.tokenizer(whole[:end], add_special_tokens=False)["input_ids"]
    if name in {"r1-distill", "nemotron-nano", "command-a-reasoning"}:
        closed = text_of(loaded, encoded.input_ids)
        thought = {"command-a-reasoning": "<|START_THINKING|><|END_THINKING|>"}.get(name, "<think>\n\n</think>\n\n")
        assert closed.replace(thought, "").startswith(whole[:end])
    else:
        assert encoded.input_ids[:-1] == ids


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_worked_examples_come_through(name: str) -> None:
    loaded = model_of(name)
    turns = [("user", "What is 1 + 1?"), ("assistant", "It is 2"), ("user", QUESTION)]
    text = text_of(loaded, encode_prompt(loaded, asked(*turns)))
    assert text.index("What is 1 + 1?") < text.index("It is 2") < text.index(QUESTION)
    assert text.endswith(EXPECTED[name].ending.replace("Q", QUESTION, 1))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_system_message_is_written_or_refused_with_the_way_out(name: str) -> None:
    family, loaded = EXPECTED[name], model_of(name)
    prompt = asked(("system", SYSTEM), ("user", QUESTION))
    if family.system is None:
        with pytest.raises(RuntimeFault, match="takes no system message") as refused:
            encode_prompt(loaded, prompt)
        assert "user's message" in str(refused.value.hint)
    else:
        assert family.system in text_of(loaded, encode_prompt(loaded, prompt))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_thinking_model_is_left_to_think_only_when_it_may(name: str) -> None:
    family, loaded = EXPECTED[name], model_of(name)
    text = text_of(loaded, encode_prompt(loaded, asked(("user", QUESTION)), thinking=True))
    assert text.endswith((family.thinks or family.ending).replace("Q", QUESTION, 1))
