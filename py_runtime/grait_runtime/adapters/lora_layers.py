"""Finds an adapter's LoRA layers and parameters on a model, and names them as PEFT does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import nn

from grait_runtime.errors import RuntimeFault


@dataclass(frozen=True)
class LoraPair:
    """The two factors of one adapted layer: x -> layer(x) + scaling * B(A(x))."""

    layer: Any
    a: nn.Linear
    b: nn.Linear
    #: Names of the two weights in adapter_model.safetensors.
    a_name: str
    b_name: str


def lora_parameters(module: nn.Module) -> dict[str, nn.Parameter]:
    """The adapter's parameters, sorted by their names in adapter_model.safetensors."""
    named = {stored_name(name): value for name, value in module.named_parameters() if "lora_" in name}
    return dict(sorted(named.items()))


def stored_name(name: str) -> str:
    """A parameter's name in PEFT's file: `x.lora_A.default.weight` becomes `base_model.model.x.lora_A.weight`."""
    return f"base_model.model.{name.replace('.default', '')}"


def lora_pairs(module: nn.Module) -> list[LoraPair]:
    """Every adapted layer; RuntimeFault model_unsupported for anything but A and B on linear layers."""
    from peft.tuners.lora import LoraLayer

    pairs = []
    for name, layer in module.named_modules():
        if not isinstance(layer, LoraLayer) or "default" not in layer.lora_A:
            continue
        a, b = layer.lora_A["default"], layer.lora_B["default"]
        if isinstance(a, nn.Linear) and isinstance(b, nn.Linear) and not layer.lora_variant.get("default"):
            names = (stored_name(f"{name}.lora_{factor}.default.weight") for factor in "AB")
            pairs.append(LoraPair(layer, a, b, *names))
    known = {name for pair in pairs for name in (pair.a_name, pair.b_name)}
    unknown = sorted(
        name for name, _ in module.named_parameters() if "lora_" in name and stored_name(name) not in known
    )
    if unknown or not pairs:
        what = unknown[0] if unknown else "no LoRA layer"
        hint = "plain LoRA on linear layers is supported; DoRA, biases and embeddings are not"
        raise RuntimeFault("model_unsupported", f"the adapter has {what}", hint=hint)
    return pairs
