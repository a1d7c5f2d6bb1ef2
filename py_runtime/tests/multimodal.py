"""Tiny whole models that read pictures beside text, random weights included."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForMultimodalLM, PreTrainedModel
from transformers.models.auto.modeling_auto import MODEL_FOR_MULTIMODAL_LM_MAPPING_NAMES

from tests.architectures import tiny_config
from tests.tiny import build_tiny_tokenizer

#: What the parts for pictures and sound call their sizes.
_SIZES_BESIDE: dict[str, Any] = {
    **dict.fromkeys(("hidden_size", "embed_dim", "out_hidden_size", "width", "d_model", "output_dim"), 32),
    **dict.fromkeys(("intermediate_size", "mlp_dim", "encoder_ffn_dim"), 64),
    **dict.fromkeys(("num_hidden_layers", "depth", "num_layers", "encoder_layers", "num_global_layers"), 2),
    **dict.fromkeys(("num_attention_heads", "num_heads", "encoder_attention_heads"), 4),
    **dict(head_dim=8, image_size=28, patch_size=14, num_position_embeddings=16, deepstack_visual_indexes=[0]),
    **dict(num_mel_bins=16, max_source_positions=16, vision_output_dim=32, downsample_hidden_size=16),
    **dict(projector_input_dim=32, projector_output_dim=32),
}

#: Sizes of one kind of part that must fit each other.
_OWN: dict[str, dict[str, Any]] = {
    "florence_vision": dict(
        embed_dim=[16, 32], depths=[1, 1], num_heads=[2, 4], num_groups=[2, 4], patch_size=[7, 3], patch_stride=[4, 2]
    )
    | dict(patch_padding=[3, 1], patch_prenorm=[False, True], projection_dim=32),
    "granite_speech_encoder": dict(hidden_dim=32, dim_head=8, num_heads=4, input_dim=16, output_dim=16),
    "hunyuan_vl_text": dict(head_dim=8),
}
#: How a head's frequencies are divided between time, height and width.
_SECTIONS = {"glm4v_moe": [1, 1, 0]}


def tiny_whole_config(architecture: str) -> Any:
    """The configuration of a tiny model of text and pictures or sound; tokens that stand for these are 390 and up."""
    kind = type(AutoConfig.for_model(architecture))
    defaults = AutoConfig.for_model(architecture).to_dict()
    marks = [name for name, value in defaults.items() if name.endswith(("_token_id", "_token_index")) and value]
    parts = {name: part for name, part in defaults.items() if name in kind.sub_configs and isinstance(part, dict)}
    return AutoConfig.for_model(
        architecture,
        **{name: _tiny_part(part, architecture) for name, part in parts.items()},
        **{name: 390 + place for place, name in enumerate(sorted(marks))},
    )


def _tiny_part(defaults: dict[str, Any], architecture: str) -> dict[str, Any]:
    """One part's configuration: the language model's is the one with a vocabulary."""
    if "vocab_size" not in defaults:
        kept = {name: size for name, size in _SIZES_BESIDE.items() if type(defaults.get(name)) is type(size)}
        return {"model_type": defaults["model_type"], **kept, **_OWN.get(defaults["model_type"], {})}
    text: dict[str, Any] = tiny_config(defaults["model_type"], **_OWN.get(defaults["model_type"], {})).to_dict()
    if any(mark in architecture for mark in ("vl", "glm", "omni")) and text.get("rope_parameters"):
        sections = _SECTIONS.get(architecture, [2, 1, 1])
        text["rope_parameters"] = {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": sections}
    return text


def known_wholes() -> list[str]:
    """Every architecture that transformers loads as a model of text and pictures or sound."""
    return sorted(MODEL_FOR_MULTIMODAL_LM_MAPPING_NAMES)


def write_tiny_whole(folder: Path, architecture: str, *, seed: int = 0) -> Path:
    """The tiny model, its tokenizer and the configuration of its processor as a transformers folder."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        whole: PreTrainedModel = AutoModelForMultimodalLM.from_config(tiny_whole_config(architecture))
    whole.save_pretrained(folder)
    tokenizer = build_tiny_tokenizer()
    # As many repositories have it: the template lies with the processor.
    template, tokenizer.chat_template = tokenizer.chat_template, None
    tokenizer.save_pretrained(folder)
    (folder / "chat_template.json").write_text(json.dumps({"chat_template": template}))
    (folder / "preprocessor_config.json").write_text('{"image_processor_type": "tiny"}')
    return folder
