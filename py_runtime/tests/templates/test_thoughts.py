"""How models mark their thoughts."""

from __future__ import annotations

import pytest

from grait_runtime.templates.thoughts import find_thought


@pytest.mark.parametrize(
    ("template", "begin", "end"),
    [
        ("{{ '<think>\\n' }}", "<think>", "</think>"),
        ("{{ content.split('</think>')[-1] }}", "<think>", "</think>"),
        ("{{ '<seed:think>' }}", "<seed:think>", "</seed:think>"),
        ("[THINK]...[/THINK]", "[THINK]", "[/THINK]"),
        ("{{ '◁think▷' }}", "◁think▷", "◁/think▷"),
        ("<|START_THINKING|>", "<|START_THINKING|>", "<|END_THINKING|>"),
        ("<|end_of_thought|>", "<|begin_of_thought|>", "<|end_of_thought|>"),
        ("'<reasoning>' + x", "<reasoning>", "</reasoning>"),
    ],
)
def test_either_mark_tells_both(template: str, begin: str, end: str) -> None:
    thought = find_thought(template, [])
    assert thought is not None
    assert (thought.begin, thought.end) == (begin, end)
    assert thought.state(f"x{begin}y") == "open"
    assert thought.state(f"x{begin}y{end}") == "closed"
    assert thought.state("x") == "none"


def test_added_tokens_tell_only_in_pairs() -> None:
    assert find_thought("", ["<think>"]) is None
    assert find_thought("", ["<tool>", "<think>", "</think>"]) is not None
    assert find_thought("I think that [this] is a thought", []) is None
