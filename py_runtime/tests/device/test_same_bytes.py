"""Passes on a CUDA device are deterministic, and nothing else is; the switches work without such a device too."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from grait_runtime.device import same_bytes as switch
from grait_runtime.device.same_bytes import exempt, refused_operation, same_bytes
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.gradient_features import gradient_features
from grait_runtime.operations.train_lora import train_lora
from grait_runtime.trials.repeatable import settle_repeatability
from tests.contexts import RecordingContext
from tests.lora_cases import gradient_request, samples, train_request

CUDA = torch.device("cuda")
MEMORY: Any = torch.utils.deterministic


def test_inside_passes_are_deterministic_and_outside_all_is_as_before() -> None:
    filled = MEMORY.fill_uninitialized_memory
    with same_bytes(nn.Linear(1, 1), CUDA):
        assert torch.are_deterministic_algorithms_enabled()
        assert not torch.is_deterministic_algorithms_warn_only_enabled()
        assert not MEMORY.fill_uninitialized_memory
    assert not torch.are_deterministic_algorithms_enabled()
    assert MEMORY.fill_uninitialized_memory == filled
    with pytest.raises(ZeroDivisionError), same_bytes(nn.Linear(1, 1), CUDA):
        raise ZeroDivisionError
    assert not torch.are_deterministic_algorithms_enabled()


def test_a_cpu_and_an_exempted_model_are_computed_as_they_come() -> None:
    layer = nn.Linear(1, 1)
    exempt(layer)
    for module, device in ((nn.Linear(1, 1), torch.device("cpu")), (layer, CUDA)):
        with same_bytes(module, device):
            assert not torch.are_deterministic_algorithms_enabled()


class _LendingContext(RecordingContext):
    """Remembers, whenever another call may compute, whether it would be bound to deterministic kernels."""

    def __init__(self) -> None:
        super().__init__()
        self.bound: list[bool] = []

    def check_cancelled(self) -> None:
        self.bound.append(torch.are_deterministic_algorithms_enabled())

    def emit(self, *arguments: Any) -> None:
        self.check_cancelled()
        super().emit(*arguments)


def test_training_and_gradients_are_deterministic_and_lend_their_turn_without(
    models: ModelRegistry, load: Callable[..., LoadedModel], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load("llama")
    # The same passes, as if the CPU were a CUDA device.
    monkeypatch.setattr(switch, "_NEEDED_ON", ("cpu",))
    inside: list[bool] = []

    def look(layer: nn.Module, inputs: Any, output: torch.Tensor) -> None:
        # Without an adapter it is the trial of the layers, whose numbers nobody keeps.
        adapted = any("lora_" in name for name, _ in loaded.module.named_parameters())
        if torch.is_grad_enabled() and adapted:
            inside.append(torch.are_deterministic_algorithms_enabled())
            if output.requires_grad:
                output.register_hook(lambda _: inside.append(torch.are_deterministic_algorithms_enabled()))

    loaded.module.model.layers[0].input_layernorm.register_forward_hook(look)
    context = _LendingContext()
    train_lora(models, train_request(loaded, tmp_path / "adapter", samples(), batch_size=2), context)
    trained = len(context.bound)
    gradient_features(models, gradient_request(loaded, tmp_path / "adapter", samples(), token_budget=300), context)
    assert trained > 5
    assert len(context.bound) > trained + 2
    assert not any(context.bound)
    assert len(inside) > 10
    assert all(inside)


def summed(states: torch.Tensor) -> torch.Tensor:
    return _Summing.apply(states)  # type: ignore[no-untyped-call, no-any-return]


class _Summing(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, states: torch.Tensor) -> torch.Tensor:
        return states.clone()

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> torch.Tensor:
        if torch.are_deterministic_algorithms_enabled():
            # What PyTorch says on a CUDA device.
            raise RuntimeError(
                "scatter_summing_cuda does not have a deterministic implementation, but you set "
                "'torch.use_deterministic_algorithms(True)'. You can turn off determinism just for this operation"
            )
        return gradients[0]


def test_a_model_without_deterministic_kernels_is_named_and_computed_as_it_comes(
    load: Callable[..., LoadedModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    module = load("llama", seed=5).module
    monkeypatch.setattr(switch, "_NEEDED_ON", ("cpu",))
    assert settle_repeatability(module, module.device) is None
    handle = module.get_input_embeddings().register_forward_hook(lambda _, __, output: summed(output))
    module.get_output_embeddings().register_forward_pre_hook(lambda _, inputs: (summed(inputs[0]),))
    assert settle_repeatability(module, module.device) == "scatter_summing_cuda"
    assert settle_repeatability(module, module.device) is None
    handle.remove()


def test_other_errors_are_no_refusals() -> None:
    assert refused_operation(RuntimeError("shapes do not fit")) is None


def test_what_cuda_reads_at_its_start_is_set_before_pytorch_is_there() -> None:
    code = (
        "import os, sys; from grait_runtime.service.operation_table import runtime_service; runtime_service('cpu');"
        "assert 'torch' not in sys.modules;"
        "print(os.environ['CUBLAS_WORKSPACE_CONFIG'], os.environ.get('PYTORCH_CUDA_ALLOC_CONF'))"
    )

    def said(**given: str) -> str:
        names = ("CUBLAS_WORKSPACE_CONFIG", "PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_ALLOC_CONF")
        inherited = {name: value for name, value in os.environ.items() if name not in names}
        env = inherited | given
        return subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True).stdout

    assert said().split() == [":4096:8", "expandable_segments:True"]
    kept = said(CUBLAS_WORKSPACE_CONFIG=":16:8", PYTORCH_ALLOC_CONF="max_split_size_mb:64")
    assert kept.split() == [":16:8", "None"]
    assert said(CUBLAS_WORKSPACE_CONFIG=":0:0").split()[0] == ":4096:8"


def test_attention_that_plans_for_every_shape_is_off(models: ModelRegistry) -> None:
    assert not torch.backends.cuda.cudnn_sdp_enabled()
