"""Creates, names, saves and reads LoRA adapters the way PEFT does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from grait_runtime.contract import LoraSettings
from grait_runtime.errors import RuntimeFault, first_line
from grait_runtime.models.adapter_folder import ADAPTER_FILE, CONFIG_FILE, OPTIMIZER_FILE
from grait_runtime.models.adapter_injection import remove_adapter
from grait_runtime.models.loaded_model import LoadedModel


@dataclass(frozen=True)
class Moments:
    """AdamW's first and second moments of one parameter, float32, in the parameter's shape."""

    first: Tensor
    second: Tensor


@dataclass(frozen=True)
class LoraPair:
    """The two factors of one adapted layer: x -> layer(x) + scaling * B(A(x))."""

    layer: Any
    a: nn.Linear
    b: nn.Linear
    #: Names of the two weights in adapter_model.safetensors.
    a_name: str
    b_name: str


@contextmanager
def fresh_adapter(loaded: LoadedModel, settings: LoraSettings, seed: int) -> Iterator[tuple[PreTrainedModel, Any]]:
    """A new adapter on the bare model: (module, its LoraConfig). A is Kaiming-uniform, B zero, both float32.

    Only the LoRA parameters require gradients. Afterwards the base is unchanged.
    """
    from peft import LoraConfig, get_peft_model

    module = loaded.module
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
        loaded.weights.in_use = True
        yield module, config
    finally:
        loaded.weights.in_use = False
        remove_adapter(module)


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


def write_adapter(folder: Path, parameters: Mapping[str, Tensor], config: Any, base: str) -> None:
    """Write adapter_model.safetensors and adapter_config.json; same values give same bytes. `base` names the model."""
    values = {**config.to_dict(), "base_model_name_or_path": base, "inference_mode": True}
    (folder / CONFIG_FILE).write_text(json.dumps(values, indent=2, sort_keys=True, default=_plain) + "\n")
    write_tensors(folder / ADAPTER_FILE, parameters)


def write_moments(path: Path, moments: Mapping[str, Moments]) -> None:
    """Write moments with keys `<parameter>.exp_avg` and `<parameter>.exp_avg_sq`."""
    tensors = {}
    for name, both in moments.items():
        tensors[f"{name}.exp_avg"], tensors[f"{name}.exp_avg_sq"] = both.first, both.second
    write_tensors(path, tensors)


def read_moments(folder: Path, names: list[str]) -> dict[str, Moments]:
    """The moments of `names`, stored beside the adapter in `folder`, on the CPU."""
    path = folder / OPTIMIZER_FILE
    hint = "train the adapter with keepOptimizer, or use form sgd"
    if not path.is_file():
        raise RuntimeFault("invalid_request", f"form adam needs {OPTIMIZER_FILE}, which is not in {folder}", hint=hint)
    stored = read_tensors(path)
    try:
        return {name: Moments(stored[f"{name}.exp_avg"], stored[f"{name}.exp_avg_sq"]) for name in names}
    except KeyError as error:
        raise RuntimeFault("invalid_request", f"{path} has no {error.args[0]}", hint=hint) from error


def write_tensors(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """Write `tensors` to a safetensors file."""
    from safetensors.torch import save_file

    contiguous = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    save_file(contiguous, path, metadata={"format": "pt"})


def read_tensors(path: Path) -> dict[str, Tensor]:
    """All tensors of a safetensors file; RuntimeFault invalid_request if it is not one."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except SafetensorError as error:
        raise RuntimeFault("invalid_request", f"{path} is damaged: {error}") from error


def _plain(value: Any) -> Any:
    """A JSON value: sets sorted, so that the file does not depend on string hashing; enums and similar as text."""
    return sorted(value) if isinstance(value, set | frozenset) else str(value)
