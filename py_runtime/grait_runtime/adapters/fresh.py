"""Makes a new, untrained LoRA adapter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from transformers import PreTrainedModel

from grait_runtime.adapters.injection import remove_adapter
from grait_runtime.adapters.module_tree import ModuleTree
from grait_runtime.adapters.precision import leave_inputs_as_they_are
from grait_runtime.adapters.targets import Targets, resolve_targets
from grait_runtime.contract import LoraSettings
from grait_runtime.errors import RuntimeFault, first_line


@dataclass(frozen=True)
class FreshAdapter:
    """A new adapter on a model."""

    #: PEFT's LoraConfig.
    config: Any
    #: What `remove_adapter` restores.
    bare: ModuleTree
    #: What the targets left out and why; None: nothing.
    note: str | None


def add_fresh_adapter(module: PreTrainedModel, settings: LoraSettings, seed: int) -> FreshAdapter:
    """Put a new, untrained adapter on the bare `module`.

    A is Kaiming-uniform, B zero, both float32. Only the LoRA parameters require gradients.
    """
    from peft import LoraConfig, get_peft_model

    targets = resolve_targets(module, settings.targets)
    bare = ModuleTree(module)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            config = LoraConfig(
                r=settings.rank,
                lora_alpha=int(settings.alpha) if settings.alpha == int(settings.alpha) else settings.alpha,  # type: ignore[arg-type]
                lora_dropout=settings.dropout,
                target_modules=targets.short or targets.modules,
                target_parameters=targets.parameters or None,
                bias="none",
                task_type="CAUSAL_LM",
            )
            get_peft_model(module, config)
        _refuse_other_layers(module, targets)
        leave_inputs_as_they_are(module)
    except Exception as error:
        remove_adapter(module, bare)
        if not isinstance(error, ValueError):
            raise
        raise RuntimeFault(
            "invalid_request",
            f"PEFT refuses the LoRA settings: {first_line(error)}",
            hint="rank must be positive; experts are adapted without dropout",
        ) from error
    for name, parameter in module.named_parameters():
        parameter.requires_grad_("lora_" in name)
    module.eval()
    return FreshAdapter(config, bare, targets.note())


def _refuse_other_layers(module: PreTrainedModel, targets: Targets) -> None:
    """RuntimeFault model_unsupported if PEFT adapted other layers than those that were chosen."""
    from peft.tuners.tuners_utils import BaseTunerLayer

    wrappers = {name: layer for name, layer in module.named_modules() if isinstance(layer, BaseTunerLayer)}
    adapted = {name.removesuffix(".base_layer") for name in wrappers}
    holders = {name.rpartition(".")[0] for name in targets.parameters}
    if adapted != {*targets.modules, *holders}:
        name = min(adapted ^ {*targets.modules, *holders})
        hint = "name the layers to adapt in lora.targets"
        raise RuntimeFault("model_unsupported", f"PEFT adapts other layers than were named, for one {name}", hint=hint)
