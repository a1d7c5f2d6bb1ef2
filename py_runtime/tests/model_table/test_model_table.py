"""A part of docs/models.md: every operation on tiny models of a few architectures. `npm run models` tries all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architectures import write_tiny
from tests.model_table.table import render
from tests.model_table.trials import OPERATIONS, Subject


@pytest.mark.parametrize("architecture", ["gemma2", "granitemoe", "jamba", "phi3"])
def test_every_operation_is_right(tmp_path: Path, architecture: str) -> None:
    subject = Subject(write_tiny(tmp_path / "model", architecture), tmp_path)
    errors = {name: measure(subject) for name, (measure, _) in OPERATIONS.items()}
    assert {name: error for name, error in errors.items() if error > OPERATIONS[name][1]} == {}


def test_the_page_names_what_is_wrong_refused_and_not_tried() -> None:
    right = {name: {"verdict": "right", "error": 1e-6} for name in OPERATIONS}
    rows = [
        {"architecture": "a", "versions": {"torch": "1"}, "way": "shared", "operations": right},
        {
            "architecture": "b",
            "versions": {"torch": "1"},
            "way": "even",
            "operations": {**right, "merge": {"verdict": "wrong", "error": 0.5}},
        },
        {
            "architecture": "c",
            "versions": {"torch": "1"},
            "way": "even",
            "operations": {**right, "features": {"verdict": "refused", "why": "no path"}},
        },
        {"architecture": "d", "versions": {"torch": "1"}, "refused": "an encoder"},
        {"architecture": "e", "versions": {"torch": "1"}, "skipped": "too large"},
    ]
    page = render(rows)
    assert "3 architectures computed, 1 of them right in every operation; 1 refused" in page
    assert "**wrong** (0.5)" in page
    assert "refused [1]" in page
    assert "1. no path" in page
    assert "- **d**: an encoder" in page
    assert "- **e**: too large" in page
