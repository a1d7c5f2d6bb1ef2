"""An adapter in a model's own folder is used when it is asked for, and not before."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM

from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.load_model import load_model
from tests.contexts import RecordingContext
from tests.on_device import logits_of
from tests.requests import load_request
from tests.written_adapter import write_adapter


def test_it_is_said_once_and_not_loaded(models: ModelRegistry, tiny_dir: Callable[..., Path], tmp_path: Path) -> None:
    plain = tiny_dir("llama")
    folder = shutil.copytree(plain, tmp_path / "both")
    write_adapter(folder, plain, 1)
    context = RecordingContext()
    first, second = (models.get(load_model(models, load_request(f"path:{folder}"), context).model) for _ in range(2))
    assert first.weights is second.weights
    assert len(context.warnings) == 1
    assert str(folder) in context.warnings[0]
    asked = models.get(load_model(models, load_request(f"path:{folder}", adapter=str(folder)), context).model)
    assert len(context.warnings) == 1
    ids = torch.arange(20)[None] + 5
    with torch.no_grad():
        base = logits_of(AutoModelForCausalLM.from_pretrained(plain), ids)
        assert torch.equal(logits_of(first.module, ids), base)
        with asked.for_inference() as module:
            assert not torch.allclose(logits_of(module, ids), base, atol=1e-2)
        assert torch.equal(logits_of(first.module, ids), base)
