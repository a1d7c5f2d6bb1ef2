"""Tells the part of a model that reads text from those that read pictures or sound."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile

from transformers import PreTrainedModel

from grait_runtime.adapters.routed_experts import linear_layers


def layers_beside_text(module: PreTrainedModel) -> dict[str, str]:
    """By linear layer that is not in the language model: the part that it is in (`model.vision_tower`).

    Empty for a model of text alone. Layers that come after the language model are among them.
    """
    return parts_beside_text(module, [name for name, _ in linear_layers(module)])


def parts_beside_text(module: PreTrainedModel, names: Iterable[str]) -> dict[str, str]:
    """By name of a layer that is not in the language model: the part that it is in. Empty for a model of text alone."""
    if module.config.get_text_config() is module.config:
        return {}
    embeddings = module.get_input_embeddings()
    language = next((name for name, layer in module.named_modules() if layer is embeddings), "").split(".")[:-1]
    beside = {}
    for name in names:
        parts = name.split(".")
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(parts, language, strict=False)))
        if shared < len(language):
            beside[name] = ".".join(parts[: shared + 1])
    return beside
