"""Sentence embeddings, with the embedded MiniLM."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from transformers import AutoModel, AutoTokenizer

from grait_runtime.contract import CountTokensRequest, EmbedItem, EmbedRequest, PlanResult
from grait_runtime.encoding.text import encode_prompt
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.models.sources import resolve_embedder
from grait_runtime.operations.count_tokens import count_tokens
from grait_runtime.operations.embed import embed
from tests.contexts import RecordingContext
from tests.requests import chat, raw

SOURCE = "embedded:all-minilm-l6-v2"
TEXTS = [
    "Paris",
    "The capital of France",
    "I don't know.",
    "",
    "Iron is a chemical element with the symbol Fe. " * 3,
    "Paris",
]


def run(
    models: ModelRegistry, texts: list[str], budget: int | None = None, completed: list[int] | None = None
) -> tuple[dict[int, NDArray[np.float32]], PlanResult]:
    context = RecordingContext()
    asked = EmbedRequest(source=SOURCE, texts=texts, token_budget=budget, completed=completed or [], halvings=0)
    plan = embed(models, asked, context)
    rows: dict[int, NDArray[np.float32]] = {}
    for item, frames in zip(context.items, context.frames, strict=True):
        assert isinstance(item, EmbedItem)
        assert item.embeddings.shape == [len(item.indices), 384]
        rows.update(zip(item.indices, frames[0], strict=True))
    return rows, plan


def test_embeddings_are_means_over_tokens_of_norm_one(models: ModelRegistry) -> None:
    rows, _ = run(models, TEXTS)
    folder = resolve_embedder(SOURCE).folder
    module, tokenizer = AutoModel.from_pretrained(folder).eval(), AutoTokenizer.from_pretrained(folder)
    for index, text in enumerate(TEXTS):
        with torch.inference_mode():
            mean = module(**tokenizer(text, return_tensors="pt")).last_hidden_state[0].mean(0)
        np.testing.assert_allclose(rows[index], mean / mean.norm(), atol=1e-5)


def test_a_batch_gives_what_texts_alone_give(models: ModelRegistry) -> None:
    together, plan = run(models, TEXTS)
    apart, plans = run(models, TEXTS, budget=1)
    assert (plan.batches, plans.batches) == (1, len(TEXTS))
    for index in range(len(TEXTS)):
        np.testing.assert_allclose(together[index], apart[index], atol=1e-5)


def test_like_texts_are_near(models: ModelRegistry) -> None:
    rows, _ = run(models, ["The capital of France", "France's capital city", "Iron has the symbol Fe"])
    assert rows[0] @ rows[1] > 0.8 > rows[0] @ rows[2]


def test_completed_batches_are_skipped(models: ModelRegistry) -> None:
    whole, plan = run(models, TEXTS, budget=12)
    rest, again = run(models, TEXTS, budget=12, completed=[0])
    assert plan == again
    assert 0 < len(rest) < len(whole)
    assert all(rest[index].tobytes() == whole[index].tobytes() for index in rest)


def test_an_embedder_that_is_not_there_is_named(models: ModelRegistry) -> None:
    for source in ("embedded:other", "path:/nowhere", "hub:a/b"):
        with pytest.raises(RuntimeFault) as caught:
            embed(
                models,
                EmbedRequest(source=source, texts=[], token_budget=None, completed=[], halvings=0),
                RecordingContext(),
            )
        assert caught.value.code == "model_not_found"


def test_tokens_are_counted_as_prompts_are_encoded(models: ModelRegistry, load: Callable[..., LoadedModel]) -> None:
    loaded = load()
    items = [chat("a", "Which?"), raw("b", "Which?")]
    counted = count_tokens(models, CountTokensRequest(model=loaded.handle, items=items), RecordingContext())
    assert counted.counts == [len(encode_prompt(loaded, item)) for item in items]
    with pytest.raises(RuntimeFault, match="c: ") as caught:
        count_tokens(models, CountTokensRequest(model=loaded.handle, items=[raw("c", "")]), RecordingContext())
    assert caught.value.code == "invalid_request"
