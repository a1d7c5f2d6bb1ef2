"""Writes and reads an adapter's weights and its optimizer's moments, the way PEFT does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from grait_runtime.adapters.folder import ADAPTER_FILE, CONFIG_FILE, OPTIMIZER_FILE
from grait_runtime.errors import RuntimeFault


@dataclass(frozen=True)
class Moments:
    """AdamW's first and second moments of one parameter, float32, in the parameter's shape."""

    first: Tensor
    second: Tensor


def write_adapter(folder: Path, parameters: Mapping[str, Tensor], config: Any, base: str | None) -> None:
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
