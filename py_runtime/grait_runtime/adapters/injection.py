"""Puts a PEFT LoRA adapter into a model and takes it out again, without changing the base weights."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import PreTrainedModel

from grait_runtime.adapters.folder import ADAPTER_FILE, checked_folder
from grait_runtime.device.memory_failure import is_out_of_memory
from grait_runtime.errors import RuntimeFault, first_line

#: Attributes that PEFT leaves on the module itself.
_MARKS = ("peft_config", "_hf_peft_config_loaded")


# Not in inference mode: the adapter's weights stay on the model for the next call, which may need their gradients.
@torch.inference_mode(False)
def inject_adapter(module: PreTrainedModel, path: str, *, trainable: bool) -> None:
    """Wrap the layers that the adapter in `path` targets with its LoRA layers (unmerged), in place.

    The base weights stay the same tensors. `trainable` leaves requires_grad on for the LoRA parameters. On failure
    the module is unchanged.
    """
    from peft import PeftModel

    folder = checked_folder(path)
    try:
        injected = PeftModel.from_pretrained(module, folder, is_trainable=trainable, low_cpu_mem_usage=True)
        _check_complete(injected, folder)
    except Exception as error:
        remove_adapter(module)
        if is_out_of_memory(error):
            raise RuntimeFault("out_of_memory", f"the adapter in {folder} does not fit the memory") from error
        raise RuntimeFault(
            "adapter_not_found",
            f"the adapter in {folder} does not fit the model: {first_line(error)}",
            hint="use an adapter trained on this model",
        ) from error
    module.requires_grad_(False)
    if trainable:
        for name, parameter in module.named_parameters():
            parameter.requires_grad_("lora_" in name)
    module.eval()


def remove_adapter(module: PreTrainedModel) -> None:
    """Restore every wrapped layer; does nothing without an adapter."""
    detach_adapter(module)
    module.requires_grad_(False)
    module.eval()


@dataclass(frozen=True)
class DetachedAdapter:
    """The layers and attributes that an adapter had put on a module."""

    layers: dict[str, torch.nn.Module]
    marks: dict[str, object]


def detach_adapter(module: PreTrainedModel) -> DetachedAdapter:
    """Restore every wrapped layer and keep its wrapper; modes and requires_grad do not change."""
    from peft.tuners.tuners_utils import BaseTunerLayer
    from peft.utils.other import AuxiliaryTrainingWrapper

    wrapped: dict[str, torch.nn.Module] = {}
    originals: dict[str, torch.nn.Module] = {}
    for name, layer in module.named_modules():
        if isinstance(layer, BaseTunerLayer):
            originals[name] = layer.get_base_layer()
        elif isinstance(layer, AuxiliaryTrainingWrapper):
            originals[name] = layer.original_module
        else:
            continue
        wrapped[name] = module.get_submodule(name)
    for name, original in originals.items():
        _put(module, name, original)
    marks = {mark: module.__dict__.pop(mark) for mark in _MARKS if mark in module.__dict__}
    return DetachedAdapter(wrapped, marks)


def attach_adapter(module: PreTrainedModel, adapter: DetachedAdapter) -> None:
    """Undo `detach_adapter`, with the same layer objects."""
    for name, layer in adapter.layers.items():
        _put(module, name, layer)
    module.__dict__.update(adapter.marks)


def _put(module: PreTrainedModel, name: str, layer: torch.nn.Module) -> None:
    parent, _, child = name.rpartition(".")
    setattr(module.get_submodule(parent), child, layer)


def _check_complete(injected: torch.nn.Module, folder: Path) -> None:
    """Raise an error if a file has missing or extra weights; PEFT only warns."""
    from peft import get_peft_model_state_dict
    from safetensors import safe_open

    with safe_open(folder / ADAPTER_FILE, framework="pt") as file:
        stored = set(file.keys())
    expected = set(get_peft_model_state_dict(injected, save_embedding_layers=False))
    if stored != expected:
        name = min(stored ^ expected)
        raise ValueError(f"{name} is {'missing' if name in expected else 'not part of the model'}")
