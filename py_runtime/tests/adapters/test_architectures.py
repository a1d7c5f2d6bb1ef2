"""Models whose layers are unlike Llama's train, give autograd's gradients and are merged; or are refused by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import PeftModel
from torch import Tensor
from transformers import AutoModelForCausalLM

from grait_runtime.adapters.folder import ADAPTER_FILE
from grait_runtime.adapters.stored import read_tensors
from grait_runtime.adapters.targets import kinds_of, resolve_targets
from grait_runtime.contract import MergeAdapterRequest
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.merge_adapter import merge_adapter
from grait_runtime.operations.train_lora import train_lora
from tests.architectures import write_tiny
from tests.contexts import RecordingContext
from tests.gradients.collected import Collected
from tests.lora_cases import (
    flattened,
    gradient_request,
    lora,
    plain_gradient,
    relative_error,
    samples,
    train_request,
    trained_adapter,
)
from tests.on_device import logits_of
from tests.requests import load_request
from tests.written_adapter import write_adapter

Load = Callable[..., LoadedModel]
Architecture = Callable[[str], Path]

ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]
DENSE = ["gate_proj", "up_proj", "down_proj"]
#: What `all-linear` adapts, by the last parts of the names.
ADAPTED = {
    "phi3": ["qkv_proj", "o_proj", "gate_up_proj", "down_proj"],
    "gpt_neox": ["query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h"],
    "falcon": ["query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h"],
    "mpt": ["Wqkv", "out_proj", "up_proj", "down_proj"],
    "opt": ["q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2"],
    "mixtral": ATTENTION,
    "qwen3_moe": ATTENTION,
    "olmoe": ATTENTION,
    "phimoe": ATTENTION,
    "granitemoe": ATTENTION,
    "gpt_oss": ATTENTION,
    "qwen2_moe": [*ATTENTION, *DENSE],
    "llama4_text": [*ATTENTION, *DENSE],
    "deepseek_v3": ["q_a_proj", "q_b_proj", "kv_a_proj_with_mqa", "kv_b_proj", "o_proj"],
    "hy_v4": ["q_a_proj", "q_b_proj", "kv_a_proj_with_mqa", "kv_b_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
    "laguna": [*ATTENTION, "g_proj", *DENSE],
    "mamba": ["in_proj", "x_proj"],
    "mamba2": ["in_proj"],
    "falcon_h1": [*ATTENTION, *DENSE, "in_proj"],
    "nemotron_h": [*ATTENTION, "in_proj", "up_proj", "down_proj"],
    "rwkv": ["key", "value", "receptance", "output"],
}
GIVEN = samples()[:3]
#: Two steps are enough to leave neither B nor the answers as they were.
SHORT: dict[str, Any] = dict(epochs=1.0, batch_size=4, learning_rate=2e-2)


@pytest.fixture(scope="module")
def architecture(tmp_path_factory: pytest.TempPathFactory) -> Architecture:
    made: dict[str, Path] = {}

    def get(name: str) -> Path:
        if name not in made:
            made[name] = write_tiny(tmp_path_factory.mktemp(name), name, noise=0.1)
        return made[name]

    return get


@pytest.fixture
def loaded_one(models: ModelRegistry, architecture: Architecture) -> Load:
    return lambda name: models.get(models.load(load_request(f"path:{architecture(name)}")).model)


@torch.no_grad()
def logits(module: Any) -> Tensor:
    return logits_of(module, torch.arange(24)[None] + 3)


def worst(models: ModelRegistry, loaded: LoadedModel, adapter: Path) -> float:
    """The largest relative error of the features against plain autograd, sample by sample."""
    found = Collected(models, gradient_request(loaded, adapter, GIVEN))
    rows = [(found.row(given.id), flattened(plain_gradient(loaded, adapter, given)).double()) for given in GIVEN]
    assert all(float(row.norm()) > 0 for row, _ in rows)
    return max(relative_error(row, expected) for row, expected in rows)


def check_whole(models: ModelRegistry, loaded: LoadedModel, adapter: Path, source: Path, merged: Path) -> None:
    """Features are autograd's, answers are PEFT's, merged weights give the same answers, and nothing is left behind."""
    bare, before = logits(loaded.module), {k: v.clone() for k, v in loaded.module.state_dict().items()}
    assert worst(models, loaded, adapter) <= 1e-5
    expected = logits(PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(source), str(adapter)).eval())
    with loaded.adapted(str(adapter)) as module:
        torch.testing.assert_close(logits(module), expected, rtol=1e-5, atol=1e-5)
    request = MergeAdapterRequest(model=loaded.handle, adapter=str(adapter), output=str(merged))
    found = logits(AutoModelForCausalLM.from_pretrained(merge_adapter(models, request, RecordingContext()).path))
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)
    assert not torch.allclose(expected, bare, atol=1e-2)
    after = loaded.module.state_dict()
    assert list(after) == list(before)
    assert all(torch.equal(after[name], value) for name, value in before.items())
    assert torch.equal(logits(loaded.module), bare)


@pytest.mark.parametrize("name", ADAPTED)
def test_all_linear_is_attention_and_dense_feed_forward(loaded_one: Load, name: str) -> None:
    targets = resolve_targets(loaded_one(name).module, ["all-linear"])
    assert {kind.rpartition(".")[2] for kind in kinds_of(targets.modules)} == set(ADAPTED[name])
    assert not any("router" in name or ".experts." in name or "gate." in name for name in targets.modules)


@pytest.mark.parametrize(
    "name",
    [
        *("phi3", "opt", "gemma3n_text", "mixtral", "qwen2_moe", "deepseek_v3", "hy_v4", "laguna", "llama4_text"),
        *("mamba", "nemotron_h", "rwkv", "zamba"),
    ],
)
def test_a_model_trains_gives_autograds_gradients_and_is_merged(
    models: ModelRegistry, loaded_one: Load, architecture: Architecture, tmp_path: Path, name: str
) -> None:
    loaded = loaded_one(name)
    adapter = trained_adapter(models, loaded, tmp_path / "adapter", **SHORT)
    check_whole(models, loaded, adapter, architecture(name), tmp_path / "merged")


@pytest.mark.parametrize(
    ("name", "targets"),
    [
        ("mixtral", ("q_proj", "experts.gate_up_proj", "experts.down_proj")),
        ("gpt_oss", ("experts.gate_up_proj",)),
        ("deepseek_v3", ("o_proj", "shared_experts.gate_proj.weight")),
    ],
)
def test_experts_train_where_they_are_named(
    models: ModelRegistry, loaded_one: Load, architecture: Architecture, tmp_path: Path, name: str, targets: tuple[str]
) -> None:
    loaded = loaded_one(name)
    adapter = trained_adapter(models, loaded, tmp_path / "adapter", lora_settings=lora(targets=targets), **SHORT)
    check_whole(models, loaded, adapter, architecture(name), tmp_path / "merged")


def test_an_adapter_of_peft_on_experts_and_routers_has_autograds_gradients(
    models: ModelRegistry, loaded_one: Load, architecture: Architecture, tmp_path: Path
) -> None:
    adapter = Path(write_adapter(tmp_path / "adapter", architecture("mixtral"), 1, "all-linear"))
    assert any(".experts." in name for name in read_tensors(adapter / ADAPTER_FILE))
    loaded = loaded_one("mixtral")
    check_whole(models, loaded, adapter, architecture("mixtral"), tmp_path / "merged")
    warned = Collected(models, gradient_request(loaded, adapter, GIVEN)).warnings
    assert len(warned) == 1
    assert "one sample at a time" in warned[0]


@pytest.mark.parametrize("settings", [{"use_dora": True}, {"lora_bias": True}, {"targets": ["embed_tokens", "v_proj"]}])
def test_other_kinds_of_factors_have_autograds_gradients(
    models: ModelRegistry, load: Load, tiny_dir: Callable[..., Path], tmp_path: Path, settings: dict[str, Any]
) -> None:
    given = {"targets": ["q_proj", "v_proj"], **settings}
    adapter = Path(write_adapter(tmp_path / "adapter", tiny_dir("qwen2"), 1, **given))
    assert worst(models, load("qwen2"), adapter) <= 1e-5


@pytest.mark.parametrize(
    "settings", [{"bias": "all"}, {"modules_to_save": ["lm_head"]}, {"trainable_token_indices": [5]}]
)
def test_gradients_of_what_is_trained_as_a_whole_are_refused(
    models: ModelRegistry, load: Load, tiny_dir: Callable[..., Path], tmp_path: Path, settings: dict[str, Any]
) -> None:
    adapter = Path(write_adapter(tmp_path / "adapter", tiny_dir("qwen2"), 1, ["v_proj"], **settings))
    with pytest.raises(RuntimeFault, match="as a whole"):
        worst(models, load("qwen2"), adapter)


def test_factors_on_a_layer_that_the_model_does_not_call_are_an_error_and_no_zeros(
    models: ModelRegistry, loaded_one: Load, architecture: Architecture, tmp_path: Path
) -> None:
    adapter = Path(write_adapter(tmp_path / "adapter", architecture("mamba"), 1, ["in_proj", "dt_proj"]))
    with pytest.raises(RuntimeFault, match=r"layers\.0\.mixer\.dt_proj"):
        worst(models, loaded_one("mamba"), adapter)


@pytest.mark.parametrize(
    ("name", "targets", "said", "offered"),
    [
        ("phi3", ("q_proj", "k_proj", "v_proj", "o_proj"), "q_proj, k_proj, v_proj", "self_attn.qkv_proj"),
        ("mixtral", ("w1", "q_proj"), "w1", "mlp.experts.gate_up_proj"),
        ("mamba", ("dt_proj",), "dt_proj", "mixer.in_proj"),
        ("mamba", ("out_proj",), "PEFT does not adapt it", "mixer.x_proj"),
        ("phimoe", ("router",), "routes tokens", "self_attn.q_proj"),
    ],
)
def test_targets_that_do_not_fit_are_refused_with_those_that_do(
    models: ModelRegistry, loaded_one: Load, tmp_path: Path, name: str, targets: tuple[str], said: str, offered: str
) -> None:
    request = train_request(loaded_one(name), tmp_path / "out", GIVEN, lora_settings=lora(targets=targets))
    with pytest.raises(RuntimeFault) as caught:
        train_lora(models, request, RecordingContext())
    assert caught.value.code == "invalid_request"
    assert said in caught.value.message
    assert offered in (caught.value.hint or "")


def test_what_all_linear_leaves_out_is_said_once(models: ModelRegistry, loaded_one: Load, tmp_path: Path) -> None:
    loaded, warnings = loaded_one("mixtral"), []
    for number in range(2):
        context = RecordingContext()
        train_lora(models, train_request(loaded, tmp_path / str(number), GIVEN), context)
        warnings += context.warnings
    assert len(warnings) == 1
    assert "mlp.experts.gate_up_proj" in warnings[0]
    assert "routed experts" in warnings[0]
