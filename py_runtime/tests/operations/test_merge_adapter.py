"""Merged models: a plain folder with the logits of the adapted model."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from grait_runtime.contract import MergeAdapterRequest
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.merge_adapter import merge_adapter
from tests.contexts import RecordingContext
from tests.lora_cases import encoded, lora, samples, trained_adapter
from tests.on_device import logits_of

Load = Callable[..., LoadedModel]


def merge(models: ModelRegistry, loaded: LoadedModel, adapter: Path, output: Path) -> str:
    request = MergeAdapterRequest(model=loaded.handle, adapter=str(adapter), output=str(output))
    return merge_adapter(models, request, RecordingContext()).path


@pytest.mark.parametrize(
    ("architecture", "tied"), [("llama", True), ("llama", False), ("gpt2", True), ("qwen2", False), ("gemma", True)]
)
def test_plain_transformers_loads_the_folder_and_gets_the_adapted_logits(
    models: ModelRegistry, load: Load, tmp_path: Path, architecture: str, tied: bool
) -> None:
    loaded = load(architecture, tied=tied)
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    ids = [encoded(loaded, samples()[1]).input_ids]
    with torch.no_grad():
        bare = logits_of(loaded.module, ids)
        with loaded.adapted(str(adapter)) as module:
            expected = logits_of(module, ids)
        path = merge(models, loaded, adapter, tmp_path / "merged")
        plain = AutoModelForCausalLM.from_pretrained(path)
        found = logits_of(plain, ids)
        assert torch.equal(logits_of(loaded.module, ids), bare)
    assert not torch.allclose(expected, bare, atol=1e-2)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)
    assert plain.dtype == loaded.dtype


def test_tokenizer_and_chat_template_come_along_and_no_trace_of_the_adapter(
    models: ModelRegistry, load: Load, tmp_path: Path
) -> None:
    loaded = load("llama")
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    path = Path(merge(models, loaded, adapter, tmp_path / "merged"))
    tokenizer = AutoTokenizer.from_pretrained(path)
    assert tokenizer.chat_template == loaded.tokenizer.chat_template
    assert tokenizer("Paris")["input_ids"] == loaded.tokenizer("Paris")["input_ids"]
    assert not list(path.glob("adapter*"))
    index = json.loads((path / "config.json").read_text())
    assert index["model_type"] == "llama"
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".")] == []


def test_an_output_that_is_not_empty_is_refused_and_left_alone(
    models: ModelRegistry, load: Load, tmp_path: Path
) -> None:
    loaded = load("llama")
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    before = {entry.name: entry.read_bytes() for entry in adapter.iterdir()}
    with pytest.raises(RuntimeFault, match="not empty"):
        merge(models, loaded, adapter, adapter)
    assert {entry.name: entry.read_bytes() for entry in adapter.iterdir()} == before


def test_an_adapted_head_that_is_tied_to_the_embeddings_gets_weights_of_its_own(
    models: ModelRegistry, load: Load, tmp_path: Path
) -> None:
    loaded = load("llama", tied=True)
    adapter = trained_adapter(models, loaded, tmp_path / "adapter", lora_settings=lora(targets=("lm_head",)))
    ids = [encoded(loaded, samples()[1]).input_ids]
    with torch.no_grad():
        with loaded.adapted(str(adapter)) as module:
            expected = logits_of(module, ids)
        plain = AutoModelForCausalLM.from_pretrained(merge(models, loaded, adapter, tmp_path / "merged"))
        torch.testing.assert_close(logits_of(plain, ids), expected, rtol=1e-4, atol=1e-4)
    assert not plain.config.tie_word_embeddings


def test_a_merge_that_would_lose_a_part_is_refused_and_writes_nothing(
    models: ModelRegistry, load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load("llama")
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    monkeypatch.setattr("peft.tuners.lora.Linear.merge", lambda *_, **__: None)
    with pytest.raises(RuntimeFault, match="cannot be merged"):
        merge(models, loaded, adapter, tmp_path / "merged")
    assert not (tmp_path / "merged").exists()
