"""An adapter on a half-precision base computes what PEFT does in training, in less memory; in inference the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import torch
from torch import Tensor

from grait_runtime.adapters.lora_layers import lora_pairs, lora_parameters
from grait_runtime.losses.target_batch import target_batch
from grait_runtime.losses.target_loss import sample_losses
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from tests.lora_cases import encoded, lora, samples, trained_adapter
from tests.requests import load_request


@pytest.fixture
def half(models: ModelRegistry, tiny_dir: Callable[..., Path]) -> LoadedModel:
    request = msgspec.structs.replace(load_request(f"path:{tiny_dir('llama')}"), dtype="bfloat16")
    return models.get(models.load(request).model)


def test_without_peft_s_copies_training_computes_the_same_bits_in_less_memory(half: LoadedModel) -> None:
    items = [encoded(half, item) for item in samples()]
    found: dict[bool, tuple[Tensor, list[Tensor], int]] = {}
    for copies in (False, True):
        with half.freshly_adapted(lora(rank=4), 1) as (module, _):
            for pair in lora_pairs(module):
                torch.nn.init.normal_(pair.b.weight, generator=torch.Generator().manual_seed(2))
                assert not pair.layer.cast_input_dtype_enabled
                pair.layer.cast_input_dtype_enabled = copies
            kept: dict[int, int] = {}

            def keep(tensor: Tensor, kept: dict[int, int] = kept) -> Tensor:
                kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
                return tensor

            with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
                losses = sample_losses(module, target_batch(items, half.device))
            losses.sum().backward()
            gradients = [value.grad.clone() for value in lora_parameters(module).values() if value.grad is not None]
            weights = {value.untyped_storage().data_ptr() for value in module.parameters()}
            found[copies] = losses.detach(), gradients, sum(size for at, size in kept.items() if at not in weights)
    (losses, gradients, memory), (peft_losses, peft_gradients, peft_memory) = found[False], found[True]
    assert torch.equal(losses, peft_losses)
    assert all(torch.equal(a, b) for a, b in zip(gradients, peft_gradients, strict=True))
    assert memory < peft_memory


def test_a_mask_on_a_cpu_is_applied_as_peft_does(half: LoadedModel) -> None:
    if half.device.type != "cpu":
        pytest.skip("of a CPU")
    with half.freshly_adapted(lora(dropout=0.2), 1) as (module, _):
        assert all(getattr(pair.layer, "cast_input_dtype_enabled", True) for pair in lora_pairs(module))


def test_an_adapter_that_is_not_trained_has_the_base_s_dtype_and_training_s_numbers(
    models: ModelRegistry, half: LoadedModel, tmp_path: Path
) -> None:
    adapter = trained_adapter(models, half, tmp_path / "adapter")
    batch = target_batch([encoded(half, item) for item in samples()], half.device)
    with torch.no_grad():
        with half.adapted(str(adapter), trainable=True) as module:
            assert {value.dtype for value in lora_parameters(module).values()} == {torch.float32}
            training = sample_losses(module, batch)
        with half.adapted(str(adapter)) as module:
            assert {value.dtype for value in lora_parameters(module).values()} == {torch.bfloat16}
            inference = sample_losses(module, batch)
    assert torch.equal(inference, training)
