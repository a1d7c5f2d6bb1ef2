"""Rows on both sides of the length at which a model changes its position factors (long RoPE, as in Phi-3.5)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from grait_runtime.contract import OptionsPrompt, Prompt, ScoreOptionsRequest
from grait_runtime.encoding.text import encode_prompt
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.generate import generate
from grait_runtime.operations.score_options import score_options
from grait_runtime.trials.model_trial import batching_of
from grait_runtime.trials.positions import position_facts
from tests.architectures import tiny_module, write_tiny
from tests.contexts import RecordingContext
from tests.on_device import logits_of
from tests.operations.scored import alone, scores
from tests.requests import generate_request, load_request, raw
from tests.tiny import CONTEXT_LENGTH

BORDER = 64
LONG_ROPE: dict[str, Any] = dict(
    original_max_position_embeddings=BORDER,
    rope_parameters={
        "rope_type": "longrope",
        "rope_theta": 10_000.0,
        "partial_rotary_factor": 1.0,
        "short_factor": [1.0, 1.0, 1.0, 1.0],
        "long_factor": [3.0, 5.0, 7.0, 9.0],
        "original_max_position_embeddings": BORDER,
    },
)


@pytest.fixture
def loaded(models: ModelRegistry, tmp_path: Path) -> LoadedModel:
    folder = write_tiny(tmp_path, "phi3", **LONG_ROPE)
    return models.get(models.load(load_request(f"path:{folder}")).model)


def prompts(loaded: LoadedModel) -> list[Prompt]:
    """Rows well below, just below, at and beyond the border."""
    found = []
    for length in (20, BORDER - 6, BORDER - 1, BORDER, BORDER + 1, BORDER + 20):
        text = " one" * 2 * length
        ids = encode_prompt(loaded, raw("x", text))
        decoded = str(loaded.tokenizer.decode(ids[len(ids) - length + 1 :]))
        found.append(raw(f"{length}", decoded))
    return found


def test_the_border_is_found(loaded: LoadedModel) -> None:
    assert batching_of(loaded).border == BORDER


def test_ordinary_models_have_no_border() -> None:
    assert position_facts(tiny_module("llama"), CONTEXT_LENGTH).border is None


def test_options_on_both_sides_and_across_score_as_one_plain_pass_says(
    models: ModelRegistry, loaded: LoadedModel
) -> None:
    options = [" A", " one of several long options, and more"]
    items = [OptionsPrompt(id=p.id, messages=None, prompt=p.prompt, options=options) for p in prompts(loaded)]
    context = RecordingContext()
    request = ScoreOptionsRequest(model=loaded.handle, items=items, token_budget=None, completed=[], halvings=0)
    score_options(models, request, context)
    found = scores(context)
    for item in items:
        expected = [alone(loaded, item, text) for text in options]
        np.testing.assert_allclose(found[item.id], expected, atol=1e-4)


def test_answers_across_the_border_are_those_of_whole_passes(models: ModelRegistry, loaded: LoadedModel) -> None:
    context = RecordingContext()
    request = generate_request(loaded, prompts(loaded), max_tokens=8)
    generate(models, request, context)
    texts = {row.id: row.texts[0] for item in context.items for row in item.rows}  # type: ignore[attr-defined]
    for prompt in prompts(loaded):
        assert texts[prompt.id] == _greedy(loaded, encode_prompt(loaded, prompt), 8)


class RemembersTheLongest(torch.nn.Module):
    """Position factors that are stretched to the longest row so far, as dynamic scaling does."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("inv_freq", torch.ones(1))
        self.longest = BORDER

    def forward(self, x: torch.Tensor, position_ids: torch.Tensor) -> torch.Tensor:
        tokens = int(position_ids.max()) + 1
        self.longest = BORDER if tokens < BORDER else max(self.longest, tokens)
        return position_ids[..., None] / self.longest


def test_factors_that_depend_on_earlier_rows_are_noticed() -> None:
    module = tiny_module("llama")
    module.model.rotary_emb = RemembersTheLongest()
    facts = position_facts(module, CONTEXT_LENGTH)
    assert (facts.border, facts.steady_beyond) == (BORDER, False)


@torch.inference_mode()
def _greedy(loaded: LoadedModel, ids: list[int], tokens: int) -> str:
    """Answer by whole passes of plain transformers."""
    row = list(ids)
    for _ in range(tokens):
        token = int(logits_of(loaded.module, [row], use_cache=False)[0, -1].argmax())
        if token in loaded.stop_ids:
            break
        row.append(token)
    return str(loaded.tokenizer.decode(row[len(ids) :], skip_special_tokens=True, clean_up_tokenization_spaces=False))
