"""A GGUF file gives what the same model gives as safetensors, or is refused by the name of what would be lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
import torch
from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM

from grait_runtime.errors import RuntimeFault
from grait_runtime.models.registry import ModelRegistry
from tests.on_device import DEVICE_NAME, logits_of
from tests.requests import load_request
from tests.taught import write_gguf
from tests.tiny import build_tiny_tokenizer

Also = Callable[[gguf.GGUFWriter], None]


def model(**rope: Any) -> LlamaForCausalLM:
    torch.manual_seed(0)
    sizes: dict[str, Any] = dict(hidden_size=48, intermediate_size=96, num_attention_heads=3, num_key_value_heads=1)
    config = LlamaConfig(
        **sizes, num_hidden_layers=2, vocab_size=400, max_position_embeddings=512, initializer_range=0.15
    )
    config.rope_parameters = {"rope_type": "default", "rope_theta": 500_000.0, **rope}
    made: LlamaForCausalLM = LlamaForCausalLM(config).eval()
    return made


@torch.inference_mode()
def logits(module: torch.nn.Module) -> Tensor:
    return logits_of(module, (torch.arange(300)[None] * 7) % 400)


def loaded(path: Path, reference: LlamaForCausalLM, also: Also) -> torch.nn.Module:
    write_gguf(path, reference, build_tiny_tokenizer(), also)
    models = ModelRegistry(DEVICE_NAME)
    return models.get(models.load(load_request(f"gguf:{path}")).model).module


def linear(writer: gguf.GGUFWriter) -> None:
    writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
    writer.add_rope_scaling_factor(4.0)


def yarn(writer: gguf.GGUFWriter) -> None:
    writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
    writer.add_rope_scaling_factor(4.0)
    writer.add_rope_scaling_orig_ctx_len(128)


def llama3(writer: gguf.GGUFWriter) -> None:
    """What llama.cpp writes for Llama 3.1: frequencies without scaling over those with it, from transformers' own."""
    plain, scaled = (model(**rope).model.rotary_emb.inv_freq for rope in ({}, LLAMA3))
    writer.add_tensor("rope_freqs.weight", (plain / scaled).numpy())


YARN = dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=128)
LLAMA3 = dict(
    rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=8192
)


@pytest.mark.parametrize(
    ("rope", "also"),
    [({}, lambda _: None), (dict(rope_type="linear", factor=4.0), linear), (YARN, yarn), (LLAMA3, llama3)],
    ids=["plain", "linear", "yarn", "llama3"],
)
def test_scaled_positions_are_those_of_the_same_model_as_safetensors(
    tmp_path: Path, rope: dict[str, Any], also: Also
) -> None:
    reference = model(**rope)
    module = loaded(tmp_path / "model.gguf", reference, also)
    torch.testing.assert_close(logits(module), logits(reference), atol=1e-4, rtol=0)
    assert not rope or not torch.allclose(logits(reference), logits(model()), atol=1e-1)


@pytest.mark.parametrize(
    ("name", "also"),
    [
        ("rope_freqs.weight", lambda w: w.add_tensor("rope_freqs.weight", np.linspace(1, 9, 8, dtype=np.float32))),
        ("blk.0.attn_q.bias", lambda w: w.add_tensor("blk.0.attn_q.bias", np.ones(48, dtype=np.float32))),
        ("rope.scaling.type longrope", lambda w: w.add_rope_scaling_type(gguf.RopeScalingType.LONGROPE)),
        ("attention.clamp_kqv", lambda w: w.add_clamp_kqv(8.0)),
        ("logit_scale", lambda w: w.add_logit_scale(0.5)),
        ("rope.dimension_count", lambda w: w.add_key_length(24)),
        ("one part of 2", lambda w: w.add_uint16("split.count", 2)),
    ],
)
def test_what_would_be_lost_is_refused_by_name(tmp_path: Path, name: str, also: Also) -> None:
    with pytest.raises(RuntimeFault, match=name) as caught:
        loaded(tmp_path / "model.gguf", model(), also)
    assert caught.value.code == "model_unsupported"
    assert caught.value.hint
