"""Puts a PEFT LoRA adapter onto a model, and gives back what takes it off again without a trace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import PreTrainedModel

from grait_runtime.adapters.folder import checked_folder
from grait_runtime.adapters.module_tree import ModuleTree
from grait_runtime.adapters.precision import take_base_dtype
from grait_runtime.device.memory_failure import is_out_of_memory
from grait_runtime.errors import RuntimeFault

#: Settings of LoraConfig with which a model has to be called through PEFT, or is another model.
_ONLY_INSIDE_PEFT = {
    "alora_invocation_tokens": "switch it on in the middle of a text",
    "arrow_config": "chooses among several adapters",
    "layer_replication": "gives the model more layers",
}


# Not in inference mode: the adapter's weights stay on the model for the next call, which may need their gradients.
@torch.inference_mode(False)
def inject_adapter(module: PreTrainedModel, path: str, *, trainable: bool) -> ModuleTree:
    """Wrap the layers that the adapter in `path` targets with its LoRA layers (unmerged), in place.

    Returns the bare module's tree for `remove_adapter`. Base weights that the adapter brings along (biases, embeddings)
    stand in for the module's own until then. `trainable` leaves requires_grad on for the LoRA parameters. On failure
    the module is unchanged.
    """
    folder = checked_folder(path)
    bare = ModuleTree(module)
    try:
        _load(module, folder, bare, trainable)
        _take_dtypes(module, bare)
    except Exception as error:
        remove_adapter(module, bare)
        if is_out_of_memory(error):
            raise RuntimeFault("out_of_memory", f"the adapter in {folder} does not fit the memory") from error
        raise RuntimeFault(
            "adapter_not_found",
            f"the adapter in {folder} does not fit the model: {_told(error)}",
            hint="use an adapter trained on this model",
        ) from error
    _refuse_overwritten(module, bare, folder)
    module.requires_grad_(False)
    if trainable:
        for name, parameter in module.named_parameters():
            parameter.requires_grad_("lora_" in name)
    else:
        take_base_dtype(module)
    module.eval()
    return bare


def remove_adapter(module: PreTrainedModel, bare: ModuleTree) -> None:
    """Make `module` what it was when `bare` was taken, in eval mode with requires_grad off."""
    bare.restore()
    module.requires_grad_(False)
    module.eval()


def _load(module: PreTrainedModel, folder: Path, bare: ModuleTree, trainable: bool) -> None:
    """Let PEFT inject and load the adapter; ValueError if a file has missing or extra weights. PEFT only warns."""
    from peft import LoraConfig, PeftModel

    config = LoraConfig.from_pretrained(str(folder))
    config.inference_mode = not trainable
    for setting, why in _ONLY_INSIDE_PEFT.items():
        if getattr(config, setting, None):
            raise ValueError(f"its {setting} {why}")
    injected: Any
    if isinstance(config.init_lora_weights, bool):
        injected = PeftModel(module, config, low_cpu_mem_usage=True)
    else:
        # Initialisations with a name (PiSSA, OLoRA) take what they train out of the base, some of them in place.
        with bare.copied():
            injected = PeftModel(module, config)
    # The file's tensors become the parameters (low_cpu_mem_usage), so that none of the base is written into.
    result = injected.load_adapter(
        folder,
        "default",
        is_trainable=trainable,
        torch_device=str(module.device),
        low_cpu_mem_usage=True,
        key_mapping=getattr(module, "_checkpoint_conversion_mapping", {}),
    )
    problems = dict.fromkeys(result.unexpected_keys, "not part of the model")
    problems |= dict.fromkeys(result.missing_keys, "missing")
    if problems:
        name = min(problems)
        raise ValueError(f"{name.replace('.default', '').replace('..', '.')} is {problems[name]}")


def _take_dtypes(module: PreTrainedModel, bare: ModuleTree) -> None:
    """Give the whole weights that an adapter brings along the dtype and device of those they stand in for."""
    from peft.utils.other import ModulesToSaveWrapper

    pairs = [(now, before) for _, before, now in bare.replaced()]
    for layer in module.modules():
        if isinstance(layer, ModulesToSaveWrapper):
            copy: nn.Module = layer.modules_to_save["default"]
            pairs += [(now, layer.original_module.get_parameter(name)) for name, now in copy.named_parameters()]
    for now, before in pairs:
        if not before.is_floating_point():
            raise ValueError("it brings whole weights along, and the model's are quantized")
        now.data = now.data.to(before.device, before.dtype)


def _refuse_overwritten(module: PreTrainedModel, bare: ModuleTree, folder: Path) -> None:
    name = bare.overwritten()
    if name is not None:
        remove_adapter(module, bare)
        hint = "Unload the model and load it again. Merge the adapter with PEFT, and load the merged folder."
        raise RuntimeFault(
            "model_unsupported", f"the adapter in {folder} has overwritten {name} of the model", hint=hint
        )


def _told(error: Exception) -> str:
    """What an error says, in one line; torch lists what does not fit below a heading."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    if isinstance(error, KeyError):
        return f"{lines[0]} is missing"
    return lines[1] if lines[0].endswith(":") and len(lines) > 1 else lines[0]
