"""Renders messages by a model's chat template: the same text on every day, or a refusal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone, tzinfo
from typing import Any

from transformers import PreTrainedTokenizerBase
from transformers.utils import chat_template_utils

from grait_runtime.errors import RuntimeFault
from grait_runtime.templates.steadiness import unsteadiness

#: The day that templates are given when they ask for today (`strftime_now`). Prompts must not change from day to day.
TEMPLATE_DAY = datetime(2024, 7, 26, tzinfo=timezone.utc)

#: Another day, which shows whether a template asks.
_OTHER_DAY = datetime(1999, 12, 31, 23, 59, tzinfo=timezone.utc)

_QUESTION = {"role": "user", "content": "Question"}
_ANSWER = {"role": "assistant", "content": "Answer"}
#: The shapes of conversation that this runtime is asked to render: without and with worked examples.
_PROBES = ([_QUESTION], [_QUESTION, _ANSWER, _QUESTION])

Turns = Sequence[Mapping[str, str]]
Options = Mapping[str, "str | float | bool"]


class _GivenDay(datetime):
    """What transformers takes for the clock when a template calls `strftime_now`."""

    given: datetime = TEMPLATE_DAY

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        return cls.given.replace(tzinfo=tz)


# transformers gives templates no way to pass a function of one's own. `check_steady` notices if this has no effect.
chat_template_utils.datetime = _GivenDay  # type: ignore[attr-defined]


@dataclass(frozen=True)
class TemplateFacts:
    """What the prompts of a model depend on beyond their messages."""

    #: SHA-256 of short conversations as the template renders them, options included; None without a template.
    digest: str | None
    #: The day that the template was given, as YYYY-MM-DD; None if it asks for none.
    date: str | None


def render(tokenizer: PreTrainedTokenizerBase, turns: Turns, options: Options, *, answering: bool = True) -> str:
    """The conversation as the template writes it, up to where the answer begins. Raises what the template raises."""
    given: dict[str, Any] = {"add_generation_prompt": True} if answering else {}
    template: Callable[..., Any] = tokenizer.apply_chat_template
    return str(template([dict(turn) for turn in turns], tokenize=False, **given, **options))


def check_steady(tokenizer: PreTrainedTokenizerBase, turns: Turns, options: Options, source: str) -> None:
    """RuntimeFault model_unsupported if the template renders `turns` differently at another time."""
    reason = unsteadiness(lambda: render(tokenizer, turns, options))
    if reason is not None:
        raise RuntimeFault(
            "model_unsupported",
            f"the chat template of {source} {reason}, so the same question would be another prompt tomorrow",
            hint="change the template (chat_template.jinja, or chat_template in tokenizer_config.json): "
            "write a fixed text, or call strftime_now, which gives a fixed day here",
        )


def template_facts(tokenizer: PreTrainedTokenizerBase, options: Options, source: str) -> TemplateFacts:
    """What the template makes of short conversations. RuntimeFault model_unsupported if that changes with the time."""
    if tokenizer.chat_template is None:
        return TemplateFacts(None, None)
    texts: list[str | None] = []
    asks = False
    for turns in _PROBES:
        text = _rendered(tokenizer, turns, options)
        texts.append(text)
        if text is not None:
            check_steady(tokenizer, turns, options, source)
            with _other_day():
                asks = asks or _rendered(tokenizer, turns, options) != text
    digest = hashlib.sha256(json.dumps(texts).encode()).hexdigest()
    return TemplateFacts(digest, TEMPLATE_DAY.date().isoformat() if asks else None)


def _rendered(tokenizer: PreTrainedTokenizerBase, turns: Turns, options: Options) -> str | None:
    """None if the template refuses the conversation; the first real prompt reports that."""
    try:
        return render(tokenizer, turns, options)
    except Exception:
        return None


@contextmanager
def _other_day() -> Iterator[None]:
    _GivenDay.given = _OTHER_DAY
    try:
        yield
    finally:
        _GivenDay.given = TEMPLATE_DAY
