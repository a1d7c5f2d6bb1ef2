"""PEFT adapters with random weights, of every kind that people train."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM


def write_adapter(
    folder: Path,
    model_dir: Path,
    seed: int,
    targets: str | list[str] = "all-linear",
    *,
    embeddings: bool = False,
    **settings: Any,
) -> str:
    """A LoRA adapter of random values, written by PEFT with `settings` (see LoraConfig) from the model in `model_dir`.

    All that the adapter trains is random, not its LoRA factors alone. `embeddings`: written with the embedding layers.
    """
    module = AutoModelForCausalLM.from_pretrained(model_dir)
    config = LoraConfig(**{"r": 4, "lora_alpha": 8, "init_lora_weights": False, **settings}, target_modules=targets)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        adapted = get_peft_model(module, config)
        with torch.no_grad():
            for name, parameter in adapted.named_parameters():
                if parameter.requires_grad and ("lora_" not in name or config.init_lora_weights):
                    parameter += 0.2 * torch.randn_like(parameter)
        adapted.save_pretrained(str(folder), save_embedding_layers=embeddings)
    return str(folder)
