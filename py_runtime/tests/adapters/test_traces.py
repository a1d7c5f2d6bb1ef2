"""Whatever an adapter consists of, it gives PEFT's answers, leaves the base as it was, and is merged as a whole."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import PeftModel
from torch import Tensor
from transformers import AutoModelForCausalLM

from grait_runtime.contract import MergeAdapterRequest
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.merge_adapter import merge_adapter
from tests.contexts import RecordingContext
from tests.on_device import logits_of
from tests.written_adapter import write_adapter

Load = Callable[..., LoadedModel]
TinyDir = Callable[..., Path]

QV = ["q_proj", "v_proj"]
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "biases of all layers": ("qwen2", {"bias": "all"}),
    "biases of the adapted layers": ("qwen2", {"bias": "lora_only"}),
    "biases of GPT-2": ("gpt2", {"bias": "all", "targets": ["c_attn"], "fan_in_fan_out": True}),
    "a head trained whole": ("llama", {"modules_to_save": ["lm_head"]}),
    "head and embeddings trained whole": ("llama", {"modules_to_save": ["lm_head", "embed_tokens"]}),
    "norms trained whole": ("llama", {"modules_to_save": ["norm", "input_layernorm"]}),
    "trained tokens": ("llama", {"trainable_token_indices": [3, 30, 300]}),
    "DoRA": ("llama", {"use_dora": True}),
    "ranks of their own": ("llama", {"rank_pattern": {"q_proj": 2}, "alpha_pattern": {"v_proj": 32}}),
    "rank-stabilised": ("llama", {"use_rslora": True}),
    "one layer alone": ("llama", {"layers_to_transform": [1]}),
    "adapted embeddings": ("llama", {"targets": ["embed_tokens", "q_proj"]}),
    "adapted embeddings, with their weights": ("llama", {"targets": ["embed_tokens", "q_proj"], "embeddings": True}),
    "embeddings brought along": ("llama", {"embeddings": True}),
    "PiSSA": ("llama", {"init_lora_weights": "pissa"}),
    "OLoRA": ("llama", {"init_lora_weights": "olora"}),
    "a bias on B": ("qwen2", {"lora_bias": True}),
}


def written(name: str, folder: Path, tiny_dir: TinyDir, *, tied: bool) -> tuple[str, str]:
    architecture, given = KINDS[name]
    settings = {"targets": QV, **given}
    return architecture, write_adapter(folder, tiny_dir(architecture, tied=tied), 1, **settings)


@torch.no_grad()
def logits(module: Any) -> Tensor:
    return logits_of(module, torch.arange(24)[None] + 3)


def state(module: torch.nn.Module) -> dict[str, Tensor]:
    return copy.deepcopy(module.state_dict())


#: Kinds that train the head, the embeddings or both; they are tried over a tied base too.
AT_THE_ENDS = [name for name in KINDS if any(word in name for word in ("head", "embeddings", "tokens"))]


@pytest.mark.parametrize(
    ("name", "tied"), [*((name, False) for name in KINDS), *((name, True) for name in AT_THE_ENDS)]
)
def test_an_adapter_of_any_kind_answers_as_in_peft_leaves_no_trace_and_is_merged_as_a_whole(
    models: ModelRegistry, load: Load, tiny_dir: TinyDir, tmp_path: Path, name: str, tied: bool
) -> None:
    architecture, adapter = written(name, tmp_path / "adapter", tiny_dir, tied=tied)
    loaded = load(architecture, tied=tied)
    bare, before = logits(loaded.module), state(loaded.module)
    plain = AutoModelForCausalLM.from_pretrained(tiny_dir(architecture, tied=tied))
    expected = logits(PeftModel.from_pretrained(plain, adapter).eval())
    assert not torch.allclose(expected, bare, atol=1e-2)

    with loaded.adapted(adapter) as module:
        torch.testing.assert_close(logits(module), expected, rtol=1e-5, atol=1e-5)
    request = MergeAdapterRequest(model=loaded.handle, adapter=adapter, output=str(tmp_path / "merged"))
    merged = merge_adapter(models, request, RecordingContext()).path
    found = AutoModelForCausalLM.from_pretrained(merged)
    torch.testing.assert_close(logits(found), expected, rtol=1e-4, atol=1e-4)

    after = state(loaded.module)
    assert list(after) == list(before)
    assert all(torch.equal(after[key], value) for key, value in before.items())
    assert torch.equal(logits(loaded.module), bare)
    assert (loaded.module.get_output_embeddings().weight is loaded.module.get_input_embeddings().weight) == tied


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"alora_invocation_tokens": [5, 6]}, "alora_invocation_tokens"),
        ({"layer_replication": [[0, 2], [1, 2]]}, "layers"),
    ],
)
def test_an_adapter_that_works_only_inside_peft_is_refused_before_anything_changes(
    load: Load, tiny_dir: TinyDir, tmp_path: Path, settings: dict[str, Any], said: str
) -> None:
    adapter = write_adapter(tmp_path / "adapter", tiny_dir("llama"), 1, QV, task_type="CAUSAL_LM", **settings)
    loaded = load("llama")
    bare, config = logits(loaded.module), loaded.module.config.to_dict()
    with pytest.raises(RuntimeFault, match=said), loaded.adapted(adapter):
        pass
    assert torch.equal(logits(loaded.module), bare)
    assert loaded.module.config.to_dict() == config
