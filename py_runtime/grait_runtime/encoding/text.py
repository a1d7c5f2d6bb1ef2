"""Encodes text to token ids: prompts (through the chat template), targets and options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grait_runtime.contract import Failure, Prompt, Sample
from grait_runtime.templates.chat_template import check_steady, render

if TYPE_CHECKING:
    import torch

    from grait_runtime.models.loaded_model import LoadedModel


#: Characters after which an option is encoded, tried in order.
_ANCHORS = ("\n", ":", "=", "0")


class InvalidItem(ValueError):
    """A prompt that cannot be encoded; the caller turns `reason`, which does not name the prompt, into a Failure."""

    def __init__(self, id: str, reason: str) -> None:
        super().__init__(f"{id}: {reason}")
        self.reason = reason


@dataclass(frozen=True)
class EncodedSample:
    """An encoded sample: `input_ids` = prompt + target + end of turn; the loss is over `input_ids[target_start:]`."""

    id: str
    input_ids: list[int]
    target_start: int
    weight: float


def encode_prompt(loaded: LoadedModel, prompt: Prompt) -> list[int]:
    """Token ids of a prompt, up to where the answer begins. Raises InvalidItem.

    `messages` are rendered by the chat template with its generation prompt. Without a chat template, the contents are
    joined by blank lines, without roles, and end with a blank line. `prompt` is used unchanged, after the
    beginning-of-text token if the tokenizer has one.
    """
    if (prompt.messages is None) == (prompt.prompt is None):
        raise InvalidItem(prompt.id, "give either messages or prompt")
    if prompt.prompt is not None:
        ids = _begun(loaded, prompt.prompt)
    elif not prompt.messages:
        raise InvalidItem(prompt.id, "messages is empty")
    elif loaded.tokenizer.chat_template is None:
        text = "".join(message.content + "\n\n" for message in prompt.messages)
        ids = _begun(loaded, text)
    else:
        ids = _ids(loaded, _rendered(loaded, prompt), special=False)
    if not ids:
        raise InvalidItem(prompt.id, "the prompt has no tokens")
    return ids


def encode_target(loaded: LoadedModel, text: str) -> list[int]:
    """Token ids of an answer, encoded on its own, followed by the end-of-turn token."""
    return [*_ids(loaded, text, special=False), loaded.end_of_turn_id]


def encode_option(loaded: LoadedModel, text: str) -> list[int]:
    """Token ids of `text` as it follows other text.

    SentencePiece tokenizers put a space before text encoded on its own. For them, the text is encoded after a character
    that does not merge with it.
    """
    alone = _ids(loaded, text, special=False)
    if not loaded.adds_leading_space:
        return alone
    for anchor in _ANCHORS:
        before = _ids(loaded, anchor, special=False)
        both = _ids(loaded, anchor + text, special=False)
        if both[: len(before)] == before and len(both) > len(before):
            return both[len(before) :]
    return alone


def encode_sample(loaded: LoadedModel, sample: Sample) -> EncodedSample | Failure:
    """Encode prompt and target separately and join them; a Failure if there is nothing to learn from."""
    if not sample.target.strip():
        return Failure(id=sample.id, code="empty_target", message="the target is empty")
    try:
        prompt = encode_prompt(loaded, sample)
    except InvalidItem as error:
        return Failure(id=sample.id, code="invalid_item", message=error.reason)
    input_ids = prompt + encode_target(loaded, sample.target)
    if len(input_ids) > loaded.context_length:
        return too_long(sample.id, len(input_ids), loaded.context_length)
    return EncodedSample(id=sample.id, input_ids=input_ids, target_start=len(prompt), weight=sample.weight)


def too_long(id: str, tokens: int, context_length: int) -> Failure:
    """The Failure of an item that does not fit the model's context."""
    message = f"{tokens} tokens do not fit the model's context of {context_length}"
    return Failure(id=id, code="too_long", message=message)


def out_of_memory_failure(id: str, tokens: int, device: torch.device) -> Failure:
    """The Failure of an item that does not fit the memory even on its own."""
    return Failure(id=id, code="out_of_memory", message=f"{tokens} tokens do not fit the memory of {device}")


def not_finite(id: str) -> Failure:
    """The Failure of an item for which the model's output is NaN or infinite."""
    message = "the model's output is not finite; load it in a wider dtype"
    return Failure(id=id, code="non_finite", message=message)


def _begun(loaded: LoadedModel, text: str) -> list[int]:
    """Token ids with the beginning-of-text token, if there is one, but without an end token: an answer follows."""
    plain, special = (_ids(loaded, "a", special=special) for special in (False, True))
    starts = (start for start in range(len(special)) if special[start : start + len(plain)] == plain)
    start = next(starts, None)
    after = 0 if start is None else len(special) - len(plain) - start
    ids = _ids(loaded, text, special=True)
    return ids[: len(ids) - after]


def _ids(loaded: LoadedModel, text: str, *, special: bool) -> list[int]:
    encoded: list[int] = loaded.tokenizer(text, add_special_tokens=special, verbose=False)["input_ids"]
    return encoded


def _rendered(loaded: LoadedModel, prompt: Prompt) -> str:
    turns = [{"role": message.role, "content": message.content} for message in prompt.messages or []]
    tokenizer, options = loaded.tokenizer, loaded.template_options
    try:
        text = render(tokenizer, turns, options)
    except Exception as error:  # templates can raise anything, for example for an unknown role
        raise InvalidItem(prompt.id, f"the model's chat template refused the messages: {error}") from error
    shape = (str(tokenizer.chat_template), repr(options), tuple(turn["role"] for turn in turns))
    if shape not in loaded.steady:
        check_steady(tokenizer, turns, options, loaded.source)
        loaded.steady.add(shape)
    return text
