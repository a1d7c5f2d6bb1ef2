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
    """Every layer with plain LoRA: A and B on a linear layer. Other kinds of factors are not among them."""
    from peft.tuners.lora import LoraLayer
    from peft.tuners.lora.layer import ParamWrapper

    pairs = []
    for name, layer in module.named_modules():
        if not isinstance(layer, LoraLayer) or isinstance(layer, ParamWrapper) or "default" not in layer.lora_A:
            continue
        a, b = layer.lora_A["default"], layer.lora_B["default"]
        plain = b.bias is None and not layer.lora_variant.get("default")
        if isinstance(a, nn.Linear) and isinstance(b, nn.Linear) and plain:
            names = (stored_name(f"{name}.lora_{factor}.default.weight") for factor in "AB")
            pairs.append(LoraPair(layer, a, b, *names))
    return pairs


def refuse_trained_wholes(module: nn.Module) -> None:
    """RuntimeFault model_unsupported if the adapter on `module` trains anything but LoRA factors."""
    from peft.utils.other import AuxiliaryTrainingWrapper

    wholes = [name for name, layer in module.named_modules() if isinstance(layer, AuxiliaryTrainingWrapper)]
    config = getattr(module, "peft_config", {}).get("default")
    if config is not None and config.bias != "none":
        wholes.append(f"biases ({config.bias})")
    if wholes or not lora_parameters(module):
        what = f"the adapter also trains {wholes[0]} as a whole" if wholes else "the adapter has no LoRA layer"
        hint = (
            "gradient features are of LoRA factors; use an adapter without modules_to_save, trained tokens and biases"
        )
        raise RuntimeFault("model_unsupported", what, hint=hint)
