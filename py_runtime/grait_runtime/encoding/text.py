"""Encodes text to token ids: prompts (through the chat template), targets and options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grait_runtime.contract import Failure, Prompt, Sample
from grait_runtime.templates.joining import ids_alone, ids_following

if TYPE_CHECKING:
    import torch

    from grait_runtime.models.loaded_model import LoadedModel


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

    @property
    def target_count(self) -> int:
        """The number of tokens that the loss is over."""
        return len(self.input_ids) - self.target_start


def longest_sample(samples: Sequence[EncodedSample]) -> EncodedSample:
    """The sample with most tokens; of several, the first one with the longest target."""
    return max(samples, key=lambda sample: (len(sample.input_ids), sample.target_count))


def encode_prompt(loaded: LoadedModel, prompt: Prompt, *, thinking: bool = False) -> list[int]:
    """Token ids of a prompt, up to where the answer begins. Raises InvalidItem.

    `messages` are written as the model's chat form says; with `thinking`, up to where the thought before the answer
    begins. `prompt` is used unchanged, after the beginning-of-text token if the tokenizer has one.
    """
    if (prompt.messages is None) == (prompt.prompt is None):
        raise InvalidItem(prompt.id, "give either messages or prompt")
    if prompt.prompt is not None:
        ids = _begun(loaded, prompt.prompt)
    elif not prompt.messages:
        raise InvalidItem(prompt.id, "messages is empty")
    else:
        turns = [{"role": message.role, "content": message.content} for message in prompt.messages]
        try:
            text = loaded.chat.prompt(turns, thinking=thinking)
        except ValueError as error:
            raise InvalidItem(prompt.id, str(error)) from error
        ids = _begun(loaded, text) if loaded.chat.template is None else ids_alone(loaded.tokenizer, text)
    if not ids:
        raise InvalidItem(prompt.id, "the prompt has no tokens")
    _refuse_unread(loaded, prompt.id, ids)
    return ids


def unread_token(loaded: LoadedModel, ids: Sequence[int]) -> str | None:
    """A token, in quotes, that the model's embedding has no row for; None: it can read all of them."""
    last = max(ids)
    return None if last < loaded.embedding_rows else repr(loaded.tokenizer.convert_ids_to_tokens(last))


def _refuse_unread(loaded: LoadedModel, id: str, ids: Sequence[int]) -> None:
    token = unread_token(loaded, ids)
    if token is not None:
        raise InvalidItem(id, f"it holds {token}, a token that the model's embedding has no row for")


def encode_target(loaded: LoadedModel, text: str, *, asked: bool) -> list[int]:
    """Token ids of an answer, encoded apart from its prompt, followed by the end-of-turn token.

    `asked`: it answers messages, so it stands where the model's chat form puts an answer; otherwise it follows a text.
    """
    if asked:
        ids = loaded.chat.placement.target_ids(loaded.tokenizer, text, spaced=loaded.adds_leading_space)
    else:
        ids = ids_alone(loaded.tokenizer, text)
    return [*ids, loaded.end_of_turn_id]


def encode_option(loaded: LoadedModel, text: str) -> list[int]:
    """Token ids of `text` as it follows other text."""
    return ids_following(loaded.tokenizer, text, spaced=loaded.adds_leading_space)


def encode_sample(loaded: LoadedModel, sample: Sample) -> EncodedSample | Failure:
    """Encode prompt and target separately and join them; a Failure if there is nothing to learn from."""
    if not sample.target.strip():
        return Failure(id=sample.id, code="empty_target", message="the target is empty")
    try:
        prompt = encode_prompt(loaded, sample)
        target = encode_target(loaded, sample.target, asked=sample.messages is not None)
        _refuse_unread(loaded, sample.id, target)
    except InvalidItem as error:
        return Failure(id=sample.id, code="invalid_item", message=error.reason)
    input_ids = prompt + target
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


def not_finite(id: str, loaded: LoadedModel) -> Failure:
    """The Failure of an item for which the model's output is NaN or infinite."""
    model = loaded.source if loaded.adapter is None else f"{loaded.source} with the adapter {loaded.adapter}"
    message = f"the output of {model} is not finite (NaN or infinite) in {str(loaded.dtype).removeprefix('torch.')}"
    return Failure(id=id, code="non_finite", message=message)


def _begun(loaded: LoadedModel, text: str) -> list[int]:
    """Token ids with the beginning-of-text token, if there is one, but without an end token: an answer follows."""
    plain, special = (ids_alone(loaded.tokenizer, "a", special=special) for special in (False, True))
    starts = (start for start in range(len(special)) if special[start : start + len(plain)] == plain)
    start = next(starts, None)
    after = 0 if start is None else len(special) - len(plain) - start
    ids = ids_alone(loaded.tokenizer, text, special=True)
    return ids[: len(ids) - after]
