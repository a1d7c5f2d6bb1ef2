"""Writes a conversation for a model without a chat template: questions and answers, to be continued."""

from __future__ import annotations

from grait_runtime.templates.chat_template import Turns

_BREAK = "\n\n"


def completion(turns: Turns) -> str:
    """The conversation as text that ends with "Answer:", so that the next thing to write is an answer.

    Each user message is a question: its last paragraph after "Question:", what comes before it (an instruction, a
    passage) in front, said again only where it differs from the question before. A system message is a paragraph.
    """
    said: list[str] = []
    paragraphs: list[str] = []
    for turn in turns:
        content = turn["content"].strip()
        if turn["role"] == "assistant":
            paragraphs[-1:] = [f"{paragraphs[-1]} {content}"] if paragraphs else [content]
        elif turn["role"] == "system":
            paragraphs.append(content)
        else:
            *before, question = content.split(_BREAK)
            paragraphs += before[_same(before, said) :]
            paragraphs.append(f"Question: {question}\nAnswer:")
            said = before
    return _BREAK.join(paragraphs)


def _same(one: list[str], other: list[str]) -> int:
    """The number of paragraphs that both begin with."""
    pairs = zip(one, other, strict=False)
    return next((count for count, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
