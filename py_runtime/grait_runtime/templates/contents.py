"""Tries what a chat template does to the contents of a conversation: keep, trim, change or drop them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grait_runtime.templates.chat_template import ChatTemplate, Turns

#: Contents that say what was changed; {n} is the number of the message.
_TRIALS = {
    "the text": "Message {n} of a trial",
    "line breaks and indents": "{n} begins\n\nand  goes on\n\tindented\n- to the end of {n}",
    "unusual characters": "{n}: <b>&amp;</b> \"quoted\" 'single' \\n {{{{x}}}} {{% y %}} #*_ [z] é ß 中文 🙂 %s $1 {n}",
    "long texts": "{n}: " + " ".join(str(number) for number in range(500)) + " {n}",
}
_SPACES = "  \n Spaces around {n} \n "

#: A thought before an answer, which templates drop from earlier turns.
_THOUGHT = re.compile(r"^.*</\w*(?:think|thought|reason)\w*>|^.*\[/THINK\]", re.IGNORECASE | re.DOTALL)


def change(template: ChatTemplate, roles: Sequence[str]) -> str | None:
    """What `template` does to messages of these roles, as the end of a sentence; None if all contents come through.

    Spaces around a content may be trimmed. Raises what the template raises.
    """
    for what, content in _TRIALS.items():
        turns = [{"role": role, "content": content.format(n=n)} for n, role in enumerate(roles, 101)]
        text = template.render(turns)
        missing = first_missing(turns, text)
        if missing is not None:
            owner = f"the {roles[missing]}'s message" if roles[missing] != "system" else "the system message"
            return f"changes {what} of {owner}" if str(101 + missing) in text else f"drops {owner}"
    turns = [{"role": role, "content": _SPACES.format(n=n)} for n, role in enumerate(roles, 101)]
    missing = first_missing(turns, template.render(turns))
    return None if missing is None else f"changes the spaces of the {roles[missing]}'s message"


def trims(template: ChatTemplate, roles: Sequence[str]) -> bool:
    """Whether the template drops spaces around a content."""
    turns = [{"role": role, "content": _SPACES.format(n=n)} for n, role in enumerate(roles, 101)]
    text = template.render(turns)
    return not all(turn["content"] in text for turn in turns)


def first_missing(turns: Turns, text: str) -> int | None:
    """The first message whose content is not in `text`, in its order; None if all are there.

    A system message may stand anywhere: some templates put it into the last user message.
    """
    position = 0
    for number, turn in enumerate(turns):
        start = 0 if turn["role"] == "system" else position
        wanted = [turn["content"], turn["content"].strip()]
        if turn["role"] == "assistant":
            wanted.append(_THOUGHT.sub("", turn["content"]).strip())
        found = next((place + len(one) for one in wanted if (place := text.find(one, start)) >= 0), None)
        if found is None:
            return number
        if turn["role"] != "system":
            position = found
    return None
