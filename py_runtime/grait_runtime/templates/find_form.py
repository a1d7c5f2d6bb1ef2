"""Tries a model's chat template when the model is loaded, and finds how it has to be spoken to."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Literal

from transformers import PreTrainedTokenizerBase

from grait_runtime.contract import ModelCheck
from grait_runtime.errors import first_line
from grait_runtime.templates.chat_form import ChatForm, renders, unsupported
from grait_runtime.templates.chat_template import ChatTemplate, Options, chat_template
from grait_runtime.templates.completion import completion
from grait_runtime.templates.contents import change, trims
from grait_runtime.templates.end_of_turn import end_of_turn_token
from grait_runtime.templates.placement import ANSWERS, NoPlace, Placement, find_placement
from grait_runtime.templates.thinking import Thinking, find_thinking

_QUESTION = {"role": "user", "content": "Question"}
_ANSWER = {"role": "assistant", "content": "Answer"}
#: The shapes of conversation that this runtime is asked to render: without and with worked examples.
_PROBES = ([_QUESTION], [_QUESTION, _ANSWER, _QUESTION])


def find_chat_form(tokenizer: PreTrainedTokenizerBase, options: Options, source: str) -> ChatForm:
    """How the model of this tokenizer is spoken to.

    RuntimeFault model_unsupported for a chat template that drops or changes what is said, has no place for an answer,
    or renders differently at another time; invalid_request for an option that it does not take.
    """
    given = chat_template(tokenizer, options, source)
    if given is None:
        return _completion_form(tokenizer, source)
    given.check_steady([turns for turns in _PROBES if renders(given, turns)], source)
    _require_rendering(given, source)
    template, adapted = _with_contents(given, source)
    thinking, quiet = find_thinking(template)
    if quiet is not template:
        adapted.append(f"thinking is switched off ({', '.join(quiet.options.keys() - template.options.keys())}: false)")
    placement, after = _placement(quiet, thinking, source)
    if placement.cut or placement.opening.strip():
        adapted.append(f"an answer stands after {(placement.opening or placement.lead)!r}")
    end_of_turn, end_of_turn_id = end_of_turn_token(tokenizer, after, source)
    form = ChatForm(source, quiet, placement, thinking, end_of_turn, end_of_turn_id, _check("right", ""))
    taken = [turns for turns in _PROBES if renders(quiet, turns)]
    asks = any(quiet.asks_for_the_day(turns) for turns in taken)
    day = quiet.day.date().isoformat() if asks else None
    return replace(form, digest=_digest(form), date=day, trial=_trial(form, adapted, day))


def _completion_form(tokenizer: PreTrainedTokenizerBase, source: str) -> ChatForm:
    prompt = completion([_QUESTION])
    placement = find_placement(tokenizer, prompt, {answer: f"{prompt} {answer}" for answer in ANSWERS}, None)
    end_of_turn, end_of_turn_id = end_of_turn_token(tokenizer, "", source)
    sentence = 'there is no chat template: the model is asked in the form "Question: ... Answer:"'
    return ChatForm(source, None, placement, None, end_of_turn, end_of_turn_id, _check("right", sentence))


def _require_rendering(template: ChatTemplate, source: str) -> None:
    """RuntimeFault if the template renders a question neither as text nor as parts, with what it raises."""
    if renders(replace(template, parts=True), [_QUESTION]):
        return
    try:
        template.render([_QUESTION])
    except Exception as error:
        raise unsupported(source, f"cannot be rendered: {first_line(error)}") from error


def _with_contents(template: ChatTemplate, source: str) -> tuple[ChatTemplate, list[str]]:
    """The template as it takes contents: as text, or else as a list of parts. RuntimeFault if it does so in neither."""
    try:
        done = change(template, ["user"])
    except Exception as error:
        done = f"raises {type(error).__name__}"
    parts = replace(template, parts=True)
    try:
        if done is None or change(parts, ["user"]) is not None:
            parts = template
    except Exception:
        parts = template
    if parts is template and done is not None and renders(template, [_QUESTION]):
        raise unsupported(source, done)
    return parts, [] if parts is template else ["contents are given as lists of parts"]


def _placement(template: ChatTemplate, thinking: Thinking | None, source: str) -> tuple[Placement, str]:
    """Where an answer stands, and what the template writes after it."""
    thought = None if thinking is None else thinking.thought
    # A conversation that ends with an answer; some templates take it only before another question.
    for more in ([], [_QUESTION]):
        wholes: dict[str, str] = {}
        after = ""
        try:
            prompt = template.render([_QUESTION])
            for answer in ANSWERS:
                turns = [_QUESTION, {"role": "assistant", "content": answer}, *more]
                text, _, after = template.render(turns, answering=False).rpartition(answer)
                wholes[answer] = text + answer
        except Exception:
            continue
        if any(whole == answer for answer, whole in wholes.items()):
            raise unsupported(source, "drops the assistant's message", ["user", "assistant"])
        try:
            return find_placement(template.tokenizer, prompt, wholes, thought), after if not more else ""
        except NoPlace as found:
            raise unsupported(source, str(found), ["user", "assistant"]) from found
    return Placement(), ""


def _digest(form: ChatForm) -> str:
    assert form.template is not None
    texts: list[object] = []
    for turns in _PROBES:
        # None if the template refuses the conversation; the first real prompt reports that.
        known = renders(form.template, turns)
        texts.append(form.placement.prompt(form.template.render(turns)) if known else None)
    if form.placement.follows:
        texts.append(form.placement.lead)
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()


def _trial(form: ChatForm, adapted: list[str], day: str | None) -> ModelCheck:
    assert form.template is not None
    notes = [*adapted]
    if trims(form.template, ["user"]):
        notes.append("spaces around a message are trimmed")
    if day is not None:
        notes.append(f"today is always {day}")
    if not _takes(form.template, ["system", "user"]):
        notes.append("it does not take a system message")
    examples = _takes(form.template, ["user", "assistant", "user"])
    if not examples:
        notes.append("it does not take worked examples")
    sentence = f"every message comes through, and an answer ends with {form.end_of_turn}"
    return _check("right" if examples else "limited", "; ".join([sentence, *notes]))


def _check(verdict: Literal["right", "limited"], message: str) -> ModelCheck:
    return ModelCheck("chat template", verdict, message)


def _takes(template: ChatTemplate, roles: list[str]) -> bool:
    try:
        return change(template, roles) is None
    except Exception:
        return False
