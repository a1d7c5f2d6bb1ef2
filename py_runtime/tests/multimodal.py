"""Tiny whole models that read pictures beside text, random weights included."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForMultimodalLM, PreTrainedModel

from tests.architectures import SIZES
from tests.tiny import build_tiny_tokenizer

#: What the part for pictures calls its sizes.
_SIZES_OF_VISION: dict[str, Any] = {
    **dict.fromkeys(("hidden_size", "embed_dim", "out_hidden_size", "width"), 32),
    **dict.fromkeys(("intermediate_size", "mlp_dim"), 64),
    **dict.fromkeys(("num_hidden_layers", "depth", "num_layers"), 2),
    **dict.fromkeys(("num_attention_heads", "num_heads"), 4),
    **dict(head_dim=8, image_size=28, patch_size=14, num_position_embeddings=16, deepstack_visual_indexes=[0]),
}


def tiny_whole_config(architecture: str) -> Any:
    """The configuration of a tiny model of text and pictures; tokens for pictures are 390 and up."""
    defaults = AutoConfig.for_model(architecture).to_dict()
    text = _shrunk(defaults["text_config"], SIZES | {"vocab_size": 400})
    text |= {"pad_token_id": 0, "bos_token_id": 0, "eos_token_id": 0, "initializer_range": 0.15}
    if "num_key_value_heads" in defaults["text_config"]:
        text["num_key_value_heads"] = 2
    if "vl" in architecture:
        # Positions in time, height and width, a part of each head's frequencies for each.
        text["rope_parameters"] = {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [2, 1, 1]}
    marks = [name for name, value in defaults.items() if name.endswith(("_token_id", "_token_index")) and value]
    return AutoConfig.for_model(
        architecture,
        text_config=text,
        vision_config=_shrunk(defaults["vision_config"], _SIZES_OF_VISION),
        **{name: 390 + place for place, name in enumerate(sorted(marks))},
    )


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


def _shrunk(defaults: dict[str, Any], sizes: dict[str, Any]) -> dict[str, Any]:
    kept = {name: size for name, size in sizes.items() if type(defaults.get(name)) is type(size)}
    return {"model_type": defaults["model_type"], **kept}
