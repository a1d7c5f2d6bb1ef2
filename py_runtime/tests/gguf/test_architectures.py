"""GGUF files of several architectures, with the facts that llama.cpp writes, give plain transformers' logits."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM

from grait_runtime.models.loading import load_module
from grait_runtime.models.model_files import ModelFiles

SIZES: dict[str, Any] = dict(
    hidden_size=64,
    intermediate_size=96,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=512,
    initializer_range=0.15,
)
SHORT, LONG = (np.linspace(1, end, 8, dtype=np.float32) for end in (2, 9))
ATTENTION = math.sqrt(1 + math.log(4) / math.log(128))
ROTARY = dict(rope_type="default", rope_theta=1e6)
GEMMA = dict(head_dim=16, query_pre_attn_scalar=16, sliding_window=64, tie_word_embeddings=True)
WINDOW = {"attention.key_length": 16, "attention.value_length": 16, "attention.sliding_window": 64}


def longrope() -> dict[str, Any]:
    scaling = dict(rope_type="longrope", short_factor=SHORT.tolist(), long_factor=LONG.tolist())
    return dict(scaling, rope_theta=1e4, original_max_position_embeddings=128)


CASES: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "qwen3",
        "qwen3",
        dict(rope_parameters=ROTARY, head_dim=32),
        {"rope.freq_base": 1e6, "attention.key_length": 32, "attention.value_length": 32},
    ),
    ("starcoder2", "starcoder2", dict(rope_parameters=ROTARY, use_bias=True), {"rope.freq_base": 1e6}),
    (
        "phi3",
        "phi3",
        dict(rope_parameters=longrope(), original_max_position_embeddings=128, vocab_size=32064, sliding_window=100),
        {
            "rope.freq_base": 1e4,
            "rope.dimension_count": 16,
            "attention.sliding_window": 100,
            "rope.scaling.original_context_length": 128,
            "rope.scaling.attn_factor": ATTENTION,
        },
    ),
    (
        "gemma2",
        "gemma2",
        dict(GEMMA, attn_logit_softcapping=20.0, final_logit_softcapping=10.0),
        {**WINDOW, "attn_logit_softcapping": 20.0, "final_logit_softcapping": 10.0},
    ),
    (
        "gemma3_text",
        "gemma3",
        dict(
            GEMMA,
            rope_parameters=dict(
                full_attention=dict(rope_type="linear", factor=8.0, rope_theta=1e6),
                sliding_attention=dict(rope_type="default", rope_theta=1e4),
            ),
        ),
        {**WINDOW, "rope.freq_base": 1e6, "rope.scaling.type": "linear", "rope.scaling.factor": 8.0},
    ),
]


def write(path: Path, model: Any, architecture: str, facts: dict[str, Any]) -> None:
    config = model.config
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_token_list([f"t{id}" for id in range(config.vocab_size)])
    epsilon = "layer_norm_epsilon" if hasattr(config, "norm_epsilon") else "layer_norm_rms_epsilon"
    sizes = {"context_length": 512, "embedding_length": 64, "block_count": 2, "feed_forward_length": 96}
    sizes |= {"attention.head_count": 4, "attention.head_count_kv": 2}
    for key, value in {**sizes, f"attention.{epsilon}": 1e-5, **facts}.items():
        add: Any = {int: writer.add_uint32, float: writer.add_float32, str: writer.add_string}[type(value)]
        add(f"{architecture}.{key}", value)
    kind = next(kind for kind, name in gguf.MODEL_ARCH_NAMES.items() if name == architecture)
    names = gguf.get_tensor_name_map(kind, 2)
    for name, tensor in model.state_dict().items():
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        values = tensor.float().numpy()
        if architecture.startswith("gemma") and name.endswith("norm.weight"):
            values = values + 1  # as llama.cpp stores them
        writer.add_tensor(str(names.get_name(name, try_suffixes=(".weight", ".bias"))), values)
    if "rope.scaling.attn_factor" in facts:
        writer.add_tensor("rope_factors_long.weight", LONG)
        writer.add_tensor("rope_factors_short.weight", SHORT)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@pytest.mark.parametrize(("model_type", "architecture", "options", "facts"), CASES, ids=[case[0] for case in CASES])
@torch.inference_mode()
def test_a_gguf_file_gives_plain_transformers_logits(
    tmp_path: Path, model_type: str, architecture: str, options: dict[str, Any], facts: dict[str, Any]
) -> None:
    epsilon = {"norm_epsilon" if model_type == "starcoder2" else "rms_norm_eps": 1e-5}
    given = {**SIZES, "vocab_size": 400, "tie_word_embeddings": False, **epsilon, **options}
    torch.manual_seed(0)
    reference = AutoModelForCausalLM.from_config(AutoConfig.for_model(model_type, **given)).eval()
    write(tmp_path / "model.gguf", reference, architecture, facts)
    loaded = load_module(ModelFiles(tmp_path, "model.gguf"), torch.device("cpu"), torch.float32, "none")
    tokens = (torch.arange(300)[None] * 7) % 400
    torch.testing.assert_close(loaded(tokens).logits, reference(tokens).logits, atol=1e-4, rtol=0)
