"""Reads a model folder or GGUF file with transformers, ready for inference."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, PreTrainedModel
from transformers.utils import logging as transformers_logging
from transformers.utils.quantization_config import Mxfp4Config

from grait_runtime.device.memory_failure import is_out_of_memory
from grait_runtime.errors import RuntimeFault, first_line
from grait_runtime.models.adapter_beside import only_the_model
from grait_runtime.models.model_files import ModelFiles
from grait_runtime.models.whole_class import whole_class

# Progress and errors go through the contract; stderr is for the log.
transformers_logging.set_verbosity_error()
transformers_logging.disable_progress_bar()


def load_module(files: ModelFiles, device: torch.device, dtype: torch.dtype, quantization: str) -> PreTrainedModel:
    """The causal model on `device`: eval mode, requires_grad off, all weights read from the files."""
    arguments: dict[str, Any] = {"dtype": dtype, "local_files_only": True, "output_loading_info": True}
    arguments["ignore_mismatched_sizes"] = True  # they are told by name below
    if files.gguf_file is not None:
        arguments |= {"gguf_file": files.gguf_file, "config": _gguf_config(files.folder / files.gguf_file)}
    packed = _packed(files.folder)
    if quantization == "nf4":
        _refuse_packed_twice(files.folder, packed)
        arguments |= {"quantization_config": _nf4(dtype), "device_map": {"": device}}
    elif packed == "mxfp4":
        arguments["quantization_config"] = Mxfp4Config(dequantize=True)  # on every device: gradients need whole weights
    elif packed == "bitsandbytes":
        _need_bitsandbytes("the weights are packed by bitsandbytes, which is not installed")
        arguments["device_map"] = {"": device}
    elif device.type == "cuda" and files.gguf_file is None:
        arguments["device_map"] = {"": device}  # file by file to the GPU: main memory need not hold the model
    try:
        with only_the_model(files) as folder:
            kind = AutoModelForCausalLM if files.gguf_file is not None else whole_class(folder)
            read: Any = kind.from_pretrained(folder, **arguments)
        module, info = read
        module.name_or_path = module.config._name_or_path = str(files.folder)
        if packed == "mxfp4":
            # What was unpacked is saved whole, not under the names of packed weights.
            vars(module).pop("_weight_conversions", None)
    except RuntimeFault:
        raise
    except Exception as error:
        if is_out_of_memory(error):
            hint = "load it in bfloat16, or with quantization nf4"
            message = f"{files.folder} does not fit the memory of {device}"
            raise RuntimeFault("out_of_memory", message, hint=hint) from error
        hint = "it must be a causal language model that this version of transformers knows"
        if isinstance(error, ImportError):
            hint = "bring an interpreter of your own that has this package, too: runtime.python or GRAIT_PYTHON"
        message = f"the model in {files.folder} cannot be loaded: {first_line(error)}"
        raise RuntimeFault("model_unsupported", message, hint=hint) from error
    for problem in ("missing_keys", "mismatched_keys"):
        if info.get(problem):
            name = sorted(_named(key) for key in info[problem])[0]
            hint = "the weight files are incomplete or belong to another model"
            raise RuntimeFault("model_unsupported", f"{files.folder}: {problem.replace('_', ' ')}: {name}", hint=hint)
    scales = sorted(str(key) for key in info.get("unexpected_keys") or () if "scale" in str(key).rpartition(".")[2])
    if scales:
        message = f"{files.folder} holds packed weights, and its config.json does not say how: {scales[0]} is not used"
        hint = "use the model's original weights (float16 or bfloat16)"
        raise RuntimeFault("model_unsupported", message, hint=hint)
    loaded: PreTrainedModel = without_avx512_repacking(module if "device_map" in arguments else module.to(device))
    loaded.eval()
    loaded.requires_grad_(False)
    return loaded


def _named(problem: Any) -> str:
    """A weight that is missing, or has another shape: (name, shape in the file, shape of the model)."""
    if not isinstance(problem, tuple):
        return str(problem)
    name, *shapes = problem
    return f"{name} has the shape {', not '.join(str(list(shape)) for shape in shapes)}"


def _gguf_config(file: Path) -> Any:
    from grait_runtime.gguf.facts import complete_config

    try:
        return complete_config(file)
    except RuntimeFault:
        raise
    except Exception as error:
        hint = "the file is damaged, or of an architecture that this version of transformers does not read from GGUF"
        raise RuntimeFault("model_unsupported", f"{file} cannot be read: {first_line(error)}", hint=hint) from error


def _nf4(dtype: torch.dtype) -> Any:
    from transformers import BitsAndBytesConfig

    _need_bitsandbytes("quantization nf4 needs the package bitsandbytes", ", or use quantization none")
    return BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=dtype)


def _packed(folder: Path) -> str | None:
    """The method that the weights in a folder are quantized with, by its configuration; None: they are whole."""
    try:
        config = json.loads((folder / "config.json").read_text())
        return str(config["quantization_config"]["quant_method"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _refuse_packed_twice(folder: Path, packed: str | None) -> None:
    if packed is not None:
        hint = "use quantization none: the weights stay as they are packed"
        raise RuntimeFault("invalid_request", f"the weights in {folder} are quantized already ({packed})", hint=hint)


def _need_bitsandbytes(what: str, otherwise: str = "") -> None:
    if importlib.util.find_spec("bitsandbytes") is None:
        hint = f"run grait setup --nf4 (with your own interpreter: pip install bitsandbytes){otherwise}"
        raise RuntimeFault("model_unsupported", what, hint=hint)


def without_avx512_repacking(module: PreTrainedModel) -> PreTrainedModel:
    """Stop bitsandbytes from repacking weights at the first inference on a CPU with AVX512-bf16.

    Repacked weights have coarser scales and no backward pass, so results would depend on what was computed first.
    """
    for layer in module.modules():  # whatever was asked for: a folder may bring such layers along
        if hasattr(layer, "support_avx512bf16_for_cpu"):
            layer.support_avx512bf16_for_cpu = False  # type: ignore[assignment]
    return module
