"""NF4 base weights: gradients through them are autograd's, and training on them learns."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec
import pytest
import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig

from grait_runtime.contract import GradientFeaturesItem
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.gradient_features import gradient_features
from grait_runtime.operations.train_lora import train_lora
from tests.contexts import RecordingContext
from tests.lora_cases import (
    encoded,
    flattened,
    gradient_request,
    plain_gradient,
    plain_loss,
    relative_error,
    samples,
    train_request,
    trained_adapter,
)
from tests.on_device import logits_of
from tests.requests import load_request

TinyDir = Callable[..., Path]


def load_nf4(models: ModelRegistry, folder: Path, dtype: Literal["float32", "bfloat16"] = "float32") -> LoadedModel:
    request = msgspec.structs.replace(load_request(f"path:{folder}"), quantization="nf4", dtype=dtype)
    return models.get(models.load(request).model)


@pytest.mark.parametrize("architecture", ["llama", "qwen2"])
def test_features_over_nf4_weights_equal_plain_autograd_sample_by_sample(
    models: ModelRegistry, tiny_dir: TinyDir, tmp_path: Path, architecture: str
) -> None:
    loaded = load_nf4(models, tiny_dir(architecture))
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    context = RecordingContext()
    gradient_features(models, gradient_request(loaded, adapter, samples()), context)
    item = context.items[0]
    assert isinstance(item, GradientFeaturesItem)
    for id, row in zip(item.ids, context.frames[0][0], strict=True):
        given = samples()[int(id[1:])]
        expected = flattened(plain_gradient(loaded, adapter, given))
        assert relative_error(torch.from_numpy(row), expected) <= 1e-5


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_training_over_nf4_weights_learns_and_leaves_them_as_they_were(
    models: ModelRegistry, tiny_dir: TinyDir, tmp_path: Path, dtype: Literal["float32", "bfloat16"]
) -> None:
    loaded = load_nf4(models, tiny_dir("llama"), dtype)
    packed = loaded.module.get_parameter("model.layers.0.self_attn.q_proj.weight")
    before = packed.clone()
    assert before.dtype == torch.uint8
    request = train_request(loaded, tmp_path / "out", samples(), epochs=15.0, learning_rate=2e-2)
    losses = train_lora(models, request, RecordingContext()).losses
    assert losses[-1] < 0.5 * losses[0]
    assert torch.equal(packed, before)


def test_an_answer_given_first_changes_no_number_of_what_follows(models: ModelRegistry, tiny_dir: TinyDir) -> None:
    loaded = load_nf4(models, tiny_dir("qwen2"))
    item = encoded(loaded, samples()[0])
    with torch.no_grad():
        first = plain_loss(loaded.module, item)
        second = plain_loss(loaded.module, item)
    with torch.enable_grad():
        third = plain_loss(loaded.module, item).detach()
    assert first == second == third


def test_quantized_weights_are_another_revision_of_as_many_parameters(models: ModelRegistry, tiny_dir: TinyDir) -> None:
    whole = models.load(load_request(f"path:{tiny_dir('llama')}"))
    quantized = models.load(msgspec.structs.replace(load_request(f"path:{tiny_dir('llama')}"), quantization="nf4"))
    assert quantized.revision != whole.revision
    assert quantized.parameters == whole.parameters


@pytest.fixture
def packed(tiny_dir: TinyDir, tmp_path: Path) -> Path:
    """A folder that bitsandbytes has packed in 4 bits."""
    plain = tiny_dir("qwen2")
    settings = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4")
    module = AutoModelForCausalLM.from_pretrained(plain, quantization_config=settings, device_map={"": "cpu"})
    module.save_pretrained(tmp_path / "packed")
    for file in plain.iterdir():
        if file.name.startswith(("token", "chat_template")):
            shutil.copy(file, tmp_path / "packed")
    return tmp_path / "packed"


def test_a_folder_packed_before_is_as_exact_as_one_packed_here(
    models: ModelRegistry, packed: Path, tmp_path: Path
) -> None:
    loaded = models.get(models.load(load_request(f"path:{packed}")).model)
    assert loaded.quantized
    # On a processor with AVX512-bf16 the layers would repack themselves at the first answer.
    assert not any(getattr(layer, "support_avx512bf16_for_cpu", False) for layer in loaded.module.modules())
    before = {name: value.clone() for name, value in loaded.module.named_parameters()}
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    given = samples()[:2]
    expected = [flattened(plain_gradient(loaded, adapter, item)) for item in given]
    with torch.inference_mode(), loaded.adapted(None) as module:
        logits_of(module, torch.arange(12)[None])
    context = RecordingContext()
    gradient_features(models, gradient_request(loaded, adapter, given), context)
    for row, gradient in zip(context.frames[0][0], expected, strict=True):
        assert relative_error(torch.from_numpy(row), gradient) <= 1e-5
    assert all(torch.equal(value, before[name]) for name, value in loaded.module.named_parameters())


def test_packing_what_is_packed_is_refused(models: ModelRegistry, packed: Path) -> None:
    with pytest.raises(RuntimeFault, match="quantized already"):
        load_nf4(models, packed)
