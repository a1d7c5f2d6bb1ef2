"""Finds how a chat template switches a model's thinking off and on: which variable closes the thought."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grait_runtime.templates.chat_template import ChatTemplate
from grait_runtime.templates.thoughts import Thought, find_thought

_QUESTION = "Question 42"
#: Variables that may switch thinking on and off.
_SWITCH = re.compile("think|reason")


@dataclass(frozen=True)
class Thinking:
    """How a model thinks before it answers."""

    thought: Thought
    #: Renders prompts after which the model thinks.
    template: ChatTemplate
    #: Whether these prompts have begun the thought; otherwise the model begins it.
    begun: bool


def find_thinking(template: ChatTemplate) -> tuple[Thinking | None, ChatTemplate]:
    """How the model thinks (None if it shows no thoughts), and the template with thinking switched off if it can be.

    A variable switches thinking off if, set to false, it changes how a prompt ends and leaves no thought open there.
    """
    thought = find_thought(template.text, template.tokenizer.get_added_vocab())
    if thought is None:
        return None, template
    names = sorted(name for name in template.variables - template.options.keys() if _SWITCH.search(name))
    ending = _ending(template)
    closed = ending is not None and thought.state(ending) == "closed"
    off, on = template, template
    for name in names:
        tried = template.with_options(**{name: closed})
        other = _ending(tried)
        if other is None or other == ending:
            continue
        if closed and thought.state(other) != "closed":
            on = tried
            break
        if not closed and thought.state(other) != "open":
            off = tried
            break
    return Thinking(thought, on, thought.state(_ending(on) or "") == "open"), off


def _ending(template: ChatTemplate) -> str | None:
    """What a prompt has after the question; None if the template refuses the question."""
    try:
        return template.render([{"role": "user", "content": _QUESTION}]).rpartition(_QUESTION)[2]
    except Exception:
        return None
