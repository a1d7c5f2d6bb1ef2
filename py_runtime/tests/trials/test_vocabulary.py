"""Tokenizers and embeddings of different sizes."""

from __future__ import annotations

from pathlib import Path

import pytest

from grait_runtime.encoding.text import encode_sample
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.load_model import load_model
from tests.architectures import write_tiny
from tests.contexts import RecordingContext
from tests.requests import load_request, sample
from tests.tiny import build_tiny_tokenizer


def test_an_embedding_with_fewer_rows_than_ordinary_tokens_is_refused(models: ModelRegistry, tmp_path: Path) -> None:
    folder = write_tiny(tmp_path, "llama", vocab_size=300)
    with pytest.raises(RuntimeFault, match=r"300 rows") as caught:
        load_model(models, load_request(f"path:{folder}"), RecordingContext())
    assert caught.value.code == "model_unsupported"


def test_a_refused_model_leaves_no_handle(models: ModelRegistry, tmp_path: Path) -> None:
    folder = write_tiny(tmp_path, "llama", vocab_size=300)
    with pytest.raises(RuntimeFault):
        load_model(models, load_request(f"path:{folder}"), RecordingContext())
    assert not models._models


def test_an_added_token_without_a_row_is_said_and_refused_where_it_occurs(
    models: ModelRegistry, tmp_path: Path
) -> None:
    tokenizer = build_tiny_tokenizer()
    tokenizer.add_tokens(["<extra>"])
    folder = write_tiny(tmp_path, "llama", tokenizer=tokenizer)
    result = load_model(models, load_request(f"path:{folder}"), RecordingContext())
    loaded = models.get(result.model)
    assert [check.verdict for check in result.checks if check.name == "vocabulary"] == ["limited"]
    failure = encode_sample(loaded, sample("q", "What is <extra>?", "Iron"))
    assert getattr(failure, "code", None) == "invalid_item"
    assert "<extra>" in getattr(failure, "message", "")


def test_more_rows_than_tokens_are_no_trouble(models: ModelRegistry, tmp_path: Path) -> None:
    folder = write_tiny(tmp_path, "llama", vocab_size=512)
    result = load_model(models, load_request(f"path:{folder}"), RecordingContext())
    assert [check.verdict for check in result.checks if check.name == "vocabulary"] == ["right"]
