"""Models whose backward pass fails are refused before anything is trained."""

from __future__ import annotations

from pathlib import Path

import pytest

from grait_runtime.errors import RuntimeFault
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.trials.differentiable import refuse_without_gradients
from tests.architectures import write_tiny
from tests.lora_cases import samples, train_request
from tests.requests import load_request
from tests.training.runs import trained


def test_a_model_that_autograd_cannot_go_back_through_is_refused_by_name(models: ModelRegistry, tmp_path: Path) -> None:
    folder = write_tiny(tmp_path / "model", "rwkv")
    loaded = models.get(models.load(load_request(f"path:{folder}")).model)
    with pytest.raises(RuntimeFault, match="RwkvForCausalLM cannot be trained") as caught:
        trained(models, train_request(loaded, tmp_path / "out", samples()))
    assert caught.value.code == "model_unsupported"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("architecture", ["llama", "mamba", "gpt2"])
def test_others_pass(models: ModelRegistry, tmp_path: Path, architecture: str) -> None:
    folder = write_tiny(tmp_path / "model", architecture)
    refuse_without_gradients(models.get(models.load(load_request(f"path:{folder}")).model))
