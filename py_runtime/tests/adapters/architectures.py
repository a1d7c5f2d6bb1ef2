"""Tiny random models of architectures whose layers are unlike Llama's: fused projections, experts, state spaces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM

from tests.tiny import CONTEXT_LENGTH, build_tiny_tokenizer

_PLAIN: dict[str, Any] = dict(
    hidden_size=32,
    intermediate_size=48,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=CONTEXT_LENGTH,
)
_LATENT = dict(q_lora_rank=16, kv_lora_rank=16, qk_rope_head_dim=8, qk_nope_head_dim=8, v_head_dim=8)
_STATES = dict(state_size=8, conv_kernel=4, expand=2, num_hidden_layers=2, hidden_size=32)

SHAPES: dict[str, dict[str, Any]] = {
    "phi3": _PLAIN,
    "gpt_neox": {**_PLAIN, "num_key_value_heads": None},
    "falcon": {**_PLAIN, "num_key_value_heads": None},
    "mpt": dict(d_model=32, n_heads=4, n_layers=2, expansion_ratio=2, max_seq_len=CONTEXT_LENGTH),
    "opt": dict(
        hidden_size=32,
        ffn_dim=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        word_embed_proj_dim=32,
        max_position_embeddings=CONTEXT_LENGTH,
    ),
    "gemma3n_text": {
        **_PLAIN,
        "head_dim": 8,
        "num_hidden_layers": 4,
        "intermediate_size": [48] * 4,
        "num_kv_shared_layers": 2,
        "layer_types": ["sliding_attention", "full_attention"] * 2,
        "activation_sparsity_pattern": [0.0] * 4,
        "vocab_size_per_layer_input": 400,
        "hidden_size_per_layer_input": 8,
        "laurel_rank": 4,
        "altup_num_inputs": 2,
    },
    "mixtral": {**_PLAIN, "num_local_experts": 4, "num_experts_per_tok": 2},
    "qwen2_moe": {
        **_PLAIN,
        "num_experts": 4,
        "num_experts_per_tok": 2,
        "moe_intermediate_size": 24,
        "shared_expert_intermediate_size": 48,
    },
    "qwen3_moe": {
        **_PLAIN,
        "num_experts": 4,
        "num_experts_per_tok": 2,
        "moe_intermediate_size": 24,
        "head_dim": 8,
    },
    "olmoe": {**_PLAIN, "num_experts": 4, "num_experts_per_tok": 2},
    "deepseek_v3": {
        **_PLAIN,
        **_LATENT,
        "num_key_value_heads": 4,
        "n_routed_experts": 4,
        "n_group": 2,
        "topk_group": 1,
        "num_experts_per_tok": 2,
        "first_k_dense_replace": 1,
        "moe_intermediate_size": 24,
        "n_shared_experts": 1,
    },
    "phimoe": {**_PLAIN, "num_local_experts": 4, "num_experts_per_tok": 2},
    "granitemoe": {**_PLAIN, "num_local_experts": 4, "num_experts_per_tok": 2},
    "gpt_oss": {**_PLAIN, "num_local_experts": 4, "num_experts_per_tok": 2, "head_dim": 8},
    "llama4_text": {
        **_PLAIN,
        "head_dim": 8,
        "intermediate_size_mlp": 48,
        "num_local_experts": 4,
        "num_experts_per_tok": 1,
        "interleave_moe_layer_step": 2,
    },
    "jamba": {
        **_PLAIN,
        "num_experts": 4,
        "num_experts_per_tok": 2,
        "attn_layer_period": 2,
        "attn_layer_offset": 1,
        "expert_layer_period": 2,
        "expert_layer_offset": 1,
        "mamba_d_state": 8,
        "mamba_dt_rank": 4,
    },
    "mamba": _STATES,
    "mamba2": {**_STATES, "num_heads": 8, "head_dim": 8, "n_groups": 2, "chunk_size": 16},
    "falcon_mamba": _STATES,
    "falcon_h1": {
        **_PLAIN,
        "mamba_d_ssm": 64,
        "mamba_n_heads": 8,
        "mamba_d_head": 8,
        "mamba_n_groups": 2,
        "mamba_d_state": 8,
        "mamba_chunk_size": 16,
    },
    "nemotron_h": {
        **_PLAIN,
        "head_dim": 8,
        "n_routed_experts": 4,
        "num_experts_per_tok": 2,
        "moe_intermediate_size": 24,
        "moe_shared_expert_intermediate_size": 24,
        "mamba_num_heads": 8,
        "mamba_head_dim": 8,
        "ssm_state_size": 8,
        "n_groups": 2,
        "chunk_size": 16,
    },
}


def build_architecture(out_dir: Path, name: str, **changes: Any) -> Path:
    """A model of random weights of this architecture under `out_dir`, with the tokenizer of the tiny models."""
    tokenizer = build_tiny_tokenizer()
    shape = {key: value for key, value in {**SHAPES[name], **changes}.items() if value is not None}
    config = AutoConfig.for_model(
        name,
        **shape,
        vocab_size=len(tokenizer),
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        initializer_range=0.15,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = AutoModelForCausalLM.from_config(config)
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.dim() > 1:
                    parameter.add_(0.1 * torch.randn_like(parameter))
    model.eval().save_pretrained(out_dir)
    tokenizer.save_pretrained(out_dir)
    return out_dir
