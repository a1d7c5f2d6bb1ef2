"""A PEFT adapter with random weights."""

from __future__ import annotations

from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM


def write_adapter(folder: Path, model_dir: Path, seed: int, targets: str | list[str] = "all-linear") -> str:
    """A LoRA adapter of random A and B."""
    module = AutoModelForCausalLM.from_pretrained(model_dir)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        adapted = get_peft_model(module, LoraConfig(r=4, lora_alpha=8, target_modules=targets, init_lora_weights=False))
        adapted.save_pretrained(str(folder))
    return str(folder)
