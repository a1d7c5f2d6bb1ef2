"""Tiny configurations of the causal architectures of transformers, random weights included.

Each is as small as its architecture allows: two layers, 32 hidden units, 400 tokens, a window of 24 where it has one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedModel, PreTrainedTokenizerFast
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

from tests.tiny import CONTEXT_LENGTH, build_tiny_tokenizer

#: A window that short prompts fit and longer ones do not.
WINDOW = 24

#: What configurations call their sizes. Only those that an architecture has, and gives a number, are set.
SIZES: dict[str, int] = {
    **dict.fromkeys(("hidden_size", "d_model", "n_embd", "dim", "embedding_size", "word_embed_proj_dim"), 32),
    **dict.fromkeys(("intermediate_size", "ffn_dim", "mlp_dim", "ffn_hidden_size"), 64),
    **dict.fromkeys(("encoder_ffn_dim", "decoder_ffn_dim"), 64),
    **dict.fromkeys(("num_hidden_layers", "n_layer", "n_layers", "num_layers", "encoder_layers", "decoder_layers"), 2),
    **dict.fromkeys(("num_attention_heads", "n_head", "n_heads", "num_heads"), 4),
    **dict.fromkeys(("encoder_attention_heads", "decoder_attention_heads"), 4),
    "num_key_value_heads": 2,
    **dict.fromkeys(("head_dim", "global_head_dim", "rotary_dim"), 8),
    **dict.fromkeys(("max_position_embeddings", "n_positions", "max_seq_len"), CONTEXT_LENGTH),
    **dict.fromkeys(("num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts"), 4),
    "num_experts_per_tok": 2,
    **dict.fromkeys(("moe_intermediate_size", "shared_expert_intermediate_size", "moe_ffn_hidden_size"), 32),
    **dict.fromkeys(("sliding_window", "attention_chunk_size"), WINDOW),
    **dict.fromkeys(("q_lora_rank", "kv_lora_rank"), 16),
    **dict.fromkeys(("qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim"), 8),
    "qk_head_dim": 16,
}

_MAMBA = dict(mamba_n_heads=8, mamba_d_head=8, mamba_d_state=8, mamba_n_groups=1, mamba_chunk_size=16)
_SHARED_BLOCKS = dict(num_hidden_layers=4, layers_block_type=["linear_attention", "hybrid"] * 2)

#: Sizes that must fit each other in one architecture, or that its configuration leaves open.
_OWN: dict[str, dict[str, Any]] = {
    "axk1": dict(n_group=2, topk_group=1),
    "bamba": dict(_MAMBA, attn_layer_indices=[1]),
    "cohere_compass_text": dict(layer_types=["sliding_attention", "full_attention"]),
    "deepseek_v2": dict(n_group=1, topk_group=1, first_k_dense_replace=1, num_experts_per_tok=2),
    "deepseek_v3": dict(n_group=2, topk_group=1, first_k_dense_replace=1, n_shared_experts=1),
    "dots1": dict(
        n_routed_experts=4, num_experts_per_tok=2, n_shared_experts=1, n_group=1, topk_group=1, first_k_dense_replace=1
    ),
    "ernie4_5_moe": dict(moe_k=2),
    "falcon_h1": dict(_MAMBA, mamba_d_ssm=64),
    "gemma3n_text": dict(
        num_hidden_layers=4,
        intermediate_size=[48] * 4,
        num_kv_shared_layers=2,
        layer_types=["sliding_attention", "full_attention"] * 2,
        activation_sparsity_pattern=[0.0] * 4,
        vocab_size_per_layer_input=400,
        hidden_size_per_layer_input=8,
        laurel_rank=4,
        altup_num_inputs=2,
    ),
    "gemma4_text": dict(vocab_size_per_layer_input=400, hidden_size_per_layer_input=8),
    "gpt_neo": dict(attention_types=[[["global", "local"], 1]], window_size=WINDOW),
    "granitemoehybrid": dict(_MAMBA, layer_types=["mamba", "attention"]),
    "hunyuan_v1_dense": dict(head_dim=8),
    "hunyuan_v1_moe": dict(head_dim=8, num_experts=4, moe_topk=2),
    "jamba": dict(attn_layer_offset=1, attn_layer_period=2, expert_layer_offset=1, expert_layer_period=2),
    "kimi_linear": dict(
        linear_attn_config=dict(num_heads=4, head_dim=8, short_conv_kernel_size=4), num_experts_per_token=2
    ),
    "lfm2_moe": dict(layer_types=["conv", "full_attention"], num_dense_layers=1),
    "llama4_text": dict(intermediate_size_mlp=48, num_experts_per_tok=1, interleave_moe_layer_step=2),
    "longcat_flash": dict(ffn_hidden_size=64, expert_ffn_hidden_size=32, zero_expert_num=2, moe_topk=2),
    "mamba2": dict(num_heads=8, head_dim=8, n_groups=1, state_size=8, chunk_size=16),
    "ministral": dict(head_dim=8, layer_types=["sliding_attention", "full_attention"]),
    "nemotron": dict(num_key_value_heads=2, head_dim=8),
    "nemotron_h": dict(
        moe_shared_expert_intermediate_size=24,
        mamba_num_heads=8,
        mamba_head_dim=8,
        ssm_state_size=8,
        n_groups=2,
        chunk_size=16,
    ),
    "recurrent_gemma": dict(num_hidden_layers=3, lru_width=32),
    "reformer": dict(is_decoder=True, axial_pos_embds_dim=(16, 16), axial_pos_shape=(16, 32)),
    "xlm": dict(emb_dim=32),
    "xmod": dict(default_language="en_XX"),
    "zamba": dict(_SHARED_BLOCKS, mamba_d_state=8, mamba_dt_rank=4, n_mamba_heads=2),
    "zamba2": dict(_SHARED_BLOCKS, num_mem_blocks=2, mamba_d_state=8, n_mamba_heads=8, mamba_headdim=8, chunk_size=16),
    "zaya": dict(num_experts_per_tok=1),
}


def tiny_config(architecture: str, **changes: Any) -> Any:
    """The configuration of a tiny model; `changes` come last."""
    kind = type(AutoConfig.for_model(architecture).get_text_config())
    defaults = kind().to_dict()
    sizes = {name: size for name, size in SIZES.items() if type(defaults.get(name)) is int}
    if "kv_lora_rank" in defaults:  # keys and values of every head are made from a compressed state
        sizes |= {"num_key_value_heads": SIZES["num_attention_heads"], "head_dim": SIZES["qk_rope_head_dim"]}
    special = {"pad_token_id": 0, "bos_token_id": 0, "eos_token_id": 0}
    config = kind(**{"vocab_size": 400, **special, **sizes, **_OWN.get(kind.model_type, {}), **changes})
    # Weights are drawn wider than usual, so that distributions are far from uniform and differ between prompts.
    config.initializer_range = 0.15
    return config


def tiny_module(architecture: str, *, seed: int = 0, noise: float = 0.0, **changes: Any) -> PreTrainedModel:
    """A tiny model of random weights, in eval mode, without gradients.

    `noise` is added to every matrix, also to those that an architecture begins with zeros or ones.
    """
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(seed)
        module: PreTrainedModel = AutoModelForCausalLM.from_config(tiny_config(architecture, **changes))
        for parameter in module.parameters() if noise else ():
            if parameter.dim() > 1:
                parameter.add_(noise * torch.randn_like(parameter))
    module.eval()
    module.requires_grad_(False)
    return module


def write_tiny(
    folder: Path, architecture: str, *, tokenizer: PreTrainedTokenizerFast | None = None, **changes: Any
) -> Path:
    """The tiny model and its tokenizer as a transformers folder."""
    tiny_module(architecture, **changes).save_pretrained(folder)
    (tokenizer or build_tiny_tokenizer()).save_pretrained(folder)
    return folder


def known_architectures() -> list[str]:
    """Every architecture that transformers loads as a causal model, by the name in its configuration."""
    return sorted(MODEL_FOR_CAUSAL_LM_MAPPING_NAMES)
