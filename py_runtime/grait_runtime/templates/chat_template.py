"""Renders conversations by a model's chat template: the same text on every day, or a refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timezone, tzinfo
from typing import Any

from transformers import PreTrainedTokenizerBase
from transformers.utils import chat_template_utils

from grait_runtime.errors import RuntimeFault
from grait_runtime.templates.steadiness import unsteadiness

#: The day that templates are given when they ask for today (`strftime_now`). Prompts must not change from day to day.
TEMPLATE_DAY = datetime(2024, 7, 26, tzinfo=timezone.utc)

#: Another day, which shows whether a template asks.
_OTHER_DAY = datetime(1999, 12, 31, 23, 59, tzinfo=timezone.utc)

#: What a caller may not set: the conversation itself, and where it stops.
_RESERVED = frozenset({"messages", "add_generation_prompt", "tokenize", "continue_final_message", "chat_template"})

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
class ChatTemplate:
    """A tokenizer's chat template, with the variables and the day that it is given."""

    tokenizer: PreTrainedTokenizerBase
    #: The template itself; empty where it cannot be seen.
    text: str
    options: dict[str, str | float | bool] = field(default_factory=dict)
    #: What `strftime_now` gives.
    day: datetime = TEMPLATE_DAY
    #: Whether a content is given as a list of one part of text, which templates for pictures ask for.
    parts: bool = False

    def render(self, turns: Turns, *, answering: bool = True) -> str:
        """The conversation as the template writes it, up to where the answer begins.

        Raises what the template raises.
        """
        given: dict[str, Any] = {"add_generation_prompt": True} if answering else {}
        if self.text:
            given["chat_template"] = self.text
        contents = [dict(turn) | {"content": self._content(turn["content"])} for turn in turns]
        template: Callable[..., Any] = self.tokenizer.apply_chat_template
        with _day(self.day):
            return str(template(contents, tokenize=False, **given, **self.options))

    def with_options(self, **options: str | float | bool) -> ChatTemplate:
        """The same template, with more variables."""
        return replace(self, options=self.options | options)

    @property
    def variables(self) -> frozenset[str]:
        """The variables that the template reads; empty where that cannot be seen."""
        try:
            found: frozenset[str] = chat_template_utils._get_template_variables(self.text)
        except Exception:  # the first rendering reports what is wrong with the template
            return frozenset()
        return found

    def asks_for_the_day(self, turns: Turns) -> bool:
        """Whether the rendering of `turns` depends on the day that it is given."""
        return self.render(turns) != replace(self, day=_OTHER_DAY).render(turns)

    def check_steady(self, conversations: Sequence[Turns], source: str) -> None:
        """RuntimeFault model_unsupported if the template renders one of these differently at another time."""
        reason = unsteadiness(lambda: "\0".join(self.render(turns) for turns in conversations))
        if reason is not None:
            raise RuntimeFault(
                "model_unsupported",
                f"the chat template of {source} {reason}, so the same question would be another prompt tomorrow",
                hint="change the template (chat_template.jinja, or chat_template in tokenizer_config.json): "
                "write a fixed text, or call strftime_now, which gives a fixed day here",
            )

    def _content(self, text: str) -> Any:
        return [{"type": "text", "text": text}] if self.parts else text


def chat_template(tokenizer: PreTrainedTokenizerBase, options: Options, source: str) -> ChatTemplate | None:
    """The template of `tokenizer` with `options`; None without one. RuntimeFault invalid_request for other options.

    `date`, as YYYY-MM-DD, is the day that the template is given for today.
    """
    given = dict(options)
    if tokenizer.chat_template is None:
        if given:
            raise RuntimeFault(
                "invalid_request",
                f"{source} has no chat template, so it takes no template option {sorted(given)[0]!r}",
                hint="leave templateOptions out",
            )
        return None
    template = ChatTemplate(tokenizer, _text(tokenizer))
    known = template.variables
    day = TEMPLATE_DAY
    if "date" in given:
        day = _day_of(given["date"], day if "date" in known else None)
        if "date" not in known:
            del given["date"]
    for name in sorted(given):
        if name in _RESERVED or (known and name not in known):
            takes = sorted(known - _RESERVED - {"tools", "documents"} - set(tokenizer.special_tokens_map))
            raise RuntimeFault(
                "invalid_request",
                f"the chat template of {source} takes no option {name!r}",
                hint=f"it takes {', '.join(['date', *takes])}; the names are those of model.templateOptions",
            )
    return replace(template, options=given, day=day)


def _text(tokenizer: PreTrainedTokenizerBase) -> str:
    try:
        return str(tokenizer.get_chat_template())
    except Exception:  # a list of named templates without a default; the first rendering reports it
        return ""


def _day_of(value: str | float | bool, otherwise: datetime | None) -> datetime:
    try:
        day = date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        if otherwise is not None:
            return otherwise
        raise RuntimeFault(
            "invalid_request",
            f"templateOptions.date must be a day as YYYY-MM-DD, not {value!r}",
            hint="write for example 2024-07-26",
        ) from None
    return datetime(day.year, day.month, day.day, tzinfo=timezone.utc)


@contextmanager
def _day(day: datetime) -> Iterator[None]:
    before, _GivenDay.given = _GivenDay.given, day
    try:
        yield
    finally:
        _GivenDay.given = before
