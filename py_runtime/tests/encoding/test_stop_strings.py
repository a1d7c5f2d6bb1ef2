"""Where a generated text ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grait_runtime.encoding.stop_strings import StopStrings
from grait_runtime.models.loaded_model import LoadedModel

Load = Callable[..., LoadedModel]


@pytest.mark.parametrize(
    ("written", "stop", "text"),
    [
        ("Paris\nRome", ["\n"], "Paris"),
        ("\nParis\nRome", ["\n"], "Paris"),
        ("\n\n \n Paris\n", ["\n"], " Paris"),
        ("\r\nParis\nRome", ["\n"], "Paris"),
        ("\u200b\nParis\nRome", ["\n"], "Paris"),
        ("\n\n", ["\n"], ""),
        (" Paris", ["\n"], " Paris"),
        ("\rParis", ["\n"], "\rParis"),
        ("\n\nParis\n\nRome", ["\n\n"], "Paris"),
        ("\nQuestion: And now?", ["\nQuestion:"], ""),
        ("\nParis\nQuestion: And now?", ["\nQuestion:"], "\nParis"),
        ("Question: And now?", ["Question:"], ""),
        ("\nParis", [], "\nParis"),
    ],
)
def test_a_stop_string_counts_from_the_first_visible_character_on(
    load: Load, written: str, stop: list[str], text: str
) -> None:
    loaded = load()
    stops = StopStrings(loaded.tokenizer, stop)
    tokens = loaded.tokenizer(written, add_special_tokens=False)["input_ids"]
    reached = [count for count in range(1, len(tokens) + 1) if stops.reached(tokens[:count])]
    end = reached[0] if reached else len(tokens)
    assert stops.text(tokens[:end]) == text
