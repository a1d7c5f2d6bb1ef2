"""Holds what transformers takes from a GGUF file against the file itself, before its weights are read.

Its reader passes over facts and tensors that it has no name for. Here each is applied, without effect, or refused.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from gguf import GGUFReader
from transformers import AutoConfig, AutoModelForCausalLM, modeling_gguf_pytorch_utils
from transformers.integrations.gguf.gguf_config_mapping import GGUF_CONFIG_ARCHS

from grait_runtime.errors import RuntimeFault
from grait_runtime.gguf.rope import FACTOR_TENSORS, lost, scaled_rope

#: What the configuration calls a fact; of several names, the first that it knows.
_NAMES: dict[str, tuple[str, ...]] = {
    "attention.head_count": ("num_attention_heads",),
    "attention.head_count_kv": ("num_key_value_heads", "num_kv_heads"),
    "attention.key_length": ("head_dim",),
    "attention.value_length": ("head_dim",),
    "attention.layer_norm_rms_epsilon": ("rms_norm_eps", "norm_eps", "layer_norm_epsilon"),
    "attention.layer_norm_epsilon": ("layer_norm_eps", "layer_norm_epsilon", "norm_epsilon", "norm_eps"),
    "attn_logit_softcapping": ("attn_logit_softcapping",),
    "final_logit_softcapping": ("final_logit_softcapping",),
    "logit_scale": ("logit_scale",),
    "expert_count": ("num_experts", "num_local_experts"),
    "expert_used_count": ("num_experts_per_tok",),
    "expert_weights_norm": ("norm_topk_prob",),
    "expert_weights_scale": ("routed_scaling_factor",),
    "expert_feed_forward_length": ("moe_intermediate_size", "intermediate_size"),
    "expert_shared_feed_forward_length": ("shared_expert_intermediate_size",),
    "expert_gating_func": ("scoring_func",),
    "use_parallel_residual": ("use_parallel_residual",),
}

#: Facts without effect, or proved by the shapes of the weights.
_PROVED = {
    *("block_count", "context_length", "embedding_length", "feed_forward_length", "vocab_size", "tensor_data_layout"),
    *("ssm.conv_kernel", "ssm.inner_size", "ssm.state_size", "ssm.time_step_rank", "attention.causal"),
}


def complete_config(path: Path) -> Any:
    """The configuration of a GGUF file with all that it states; RuntimeFault names what would be lost."""
    reader = GGUFReader(path)
    stated = {name: field.contents() for name, field in reader.fields.items() if not name.startswith("tokenizer.")}
    if stated.get("split.count", 1) > 1:
        hint = "join its parts first: llama-gguf-split --merge FIRST-PART WHOLE.gguf"
        raise RuntimeFault("model_unsupported", f"{path} is one part of {stated['split.count']}", hint=hint)
    architecture = str(stated["general.architecture"])
    facts = {name.removeprefix(f"{architecture}."): value for name, value in stated.items()}
    facts = {name: value for name, value in facts.items() if name not in stated}
    factors = {tensor.name: tensor.data for tensor in reader.tensors if tensor.name in FACTOR_TENSORS}
    config = AutoConfig.from_pretrained(path.parent, gguf_file=path.name, local_files_only=True)
    if architecture in GGUF_CONFIG_ARCHS:  # a newer reader, which takes each fact by hand and every tensor
        rope = {name: value for name, value in facts.items() if name.startswith("rope.scaling.")}
        if scaled_rope({}, rope, factors):
            raise lost("rope.scaling")
        return config
    _apply(config, facts, factors)
    _every_tensor_has_a_place([tensor.name for tensor in reader.tensors], architecture, config)
    return config


def _apply(config: Any, facts: dict[str, Any], factors: dict[str, Any]) -> None:
    scaling = {name: facts.pop(name) for name in list(facts) if name.startswith(("rope.scaling.", "rope.scale_linear"))}
    base, local = facts.pop("rope.freq_base", None), facts.pop("rope.freq_base_swa", None)
    rotated = facts.pop("rope.dimension_count", None)
    window = facts.pop("attention.sliding_window", 0)
    for name, stated in facts.items():
        if name not in _PROVED:
            _apply_one(config, name, _of_all_layers(name, stated), facts)
    if window and config.model_type == "phi3":
        config.sliding_window = window
    if 0 < window < facts.get("context_length", window + 1) and getattr(config, "sliding_window", None) != window:
        raise lost(f"attention.sliding_window {window}")
    _scale_of_gemma(config)
    _apply_rope(config, (base, local), rotated, scaling, factors)


def _apply_one(config: Any, name: str, value: Any, facts: dict[str, Any]) -> None:
    if value == 0 and not isinstance(value, bool):
        return  # llama.cpp, too, takes 0 for unset
    known = [attribute for attribute in _NAMES.get(name, ()) if hasattr(config, attribute)]
    if known:
        if name != "expert_gating_func":  # a number there, a word here, which transformers has translated
            setattr(config, known[0], value)
    elif name in ("attention.key_length", "attention.value_length"):
        if value * config.num_attention_heads != config.hidden_size:
            raise lost(f"{name} {value}")
    elif value is not False and not (name == "attention.head_count_kv" and value == facts.get("attention.head_count")):
        raise lost(f"{name} {value}")


def _of_all_layers(name: str, value: Any) -> Any:
    if not isinstance(value, list):
        return value
    if len(set(value)) > 1:
        raise lost(f"{name}, which differs between layers")
    return value[0] if value else 0


def _scale_of_gemma(config: Any) -> None:
    """Gemma's scale of attention is no fact of the file: it goes by the number of layers, as in llama.cpp."""
    if config.model_type in ("gemma2", "gemma3_text"):
        of_27b = config.num_hidden_layers == {"gemma2": 46, "gemma3_text": 62}[config.model_type]
        config.query_pre_attn_scalar = config.hidden_size // config.num_attention_heads if of_27b else config.head_dim


def _apply_rope(
    config: Any, bases: tuple[Any, Any], rotated: Any, scaling: dict[str, Any], factors: dict[str, Any]
) -> None:
    base, local = bases
    parameters = getattr(config, "rope_parameters", None)
    if not parameters:
        if scaled_rope({}, scaling, factors):
            raise lost("rope.scaling")
        return
    # Where layers differ, the file's facts are those of full attention.
    rope = parameters.get("full_attention", parameters)
    if base:
        rope["rope_theta"] = base
    if local and "sliding_attention" in parameters:
        parameters["sliding_attention"]["rope_theta"] = local
    elif local and local != base:
        raise lost(f"rope.freq_base_swa {local}")
    rope |= scaled_rope(rope, scaling, factors)
    head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    part = rope.get("partial_rotary_factor", getattr(config, "partial_rotary_factor", None)) or 1
    if rotated and rotated != int(head * part):
        raise lost(f"rope.dimension_count {rotated}")
    if rope.get("rope_type") == "longrope":
        config.original_max_position_embeddings = rope["original_max_position_embeddings"]


def _every_tensor_has_a_place(names: list[str], architecture: str, config: Any) -> None:
    reader: Any = modeling_gguf_pytorch_utils
    with torch.device("meta"):
        empty = AutoModelForCausalLM.from_config(config)
    processor = reader.TENSOR_PROCESSORS.get(architecture, reader.TensorProcessor)(config=config.to_dict())
    taken = reader.get_gguf_hf_weights_map(empty, processor)
    left = [name for name in names if name not in taken and name.removesuffix(".weight") not in taken]
    left = [name for name in left if name not in FACTOR_TENSORS]
    if left:
        raise lost(f"the tensor {left[0]}" + (f" and {len(left) - 1} more" if len(left) > 1 else ""))
