"""Makes a new, untrained LoRA adapter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from transformers import PreTrainedModel

from grait_runtime.adapters.injection import remove_adapter
from grait_runtime.contract import LoraSettings
from grait_runtime.errors import RuntimeFault, first_line


@contextmanager
def fresh_adapter(module: PreTrainedModel, settings: LoraSettings, seed: int) -> Iterator[Any]:
    """Inside, a new adapter is on the bare `module`; yields its LoraConfig. A is Kaiming-uniform, B zero, both float32.

    Only the LoRA parameters require gradients. Afterwards the base is unchanged.
    """
    from peft import LoraConfig, get_peft_model

    targets: Any = "all-linear" if settings.targets == ["all-linear"] else list(settings.targets)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            config = LoraConfig(
                r=settings.rank,
                lora_alpha=int(settings.alpha) if settings.alpha == int(settings.alpha) else settings.alpha,  # type: ignore[arg-type]
                lora_dropout=settings.dropout,
                target_modules=targets,
                bias="none",
                task_type="CAUSAL_LM",
            )
            get_peft_model(module, config)
    except ValueError as error:
        remove_adapter(module)
        raise RuntimeFault(
            "invalid_request",
            f"PEFT refuses the LoRA settings: {first_line(error)}",
            hint="rank must be positive, and targets must name modules of the model, or be all-linear",
        ) from error
    try:
        for name, parameter in module.named_parameters():
            parameter.requires_grad_("lora_" in name)
        module.eval()
        yield config
    finally:
        remove_adapter(module)
