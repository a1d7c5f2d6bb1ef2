"""Looks at a model's files before anything large is read: cut off, not there, or of a form that is not read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from grait_runtime.errors import RuntimeFault

#: What torch's files of weights begin with; those before torch 1.6 are no archives, and their end cannot be told.
_ZIP = b"PK\x03\x04"
_POINTER = b"version https://git-lfs"
#: Formats of packed weights that transformers itself reads or unpacks, and gradients go through.
_READ = ("bitsandbytes", "mxfp4")


def require_whole_files(folder: Path) -> None:
    """RuntimeFault model_unsupported names the file of a transformers folder that cannot be used, and the way out."""
    for file in sorted(folder.iterdir()):
        if not file.exists():
            raise _fault(f"{file} leads to a file that is not there", "get the model's files anew")
        if file.is_file():
            _require_whole(file)
    config = _read_json(folder / "config.json")
    _refuse_packed(folder, config)
    _refuse_remote_code(folder, config)
    safe, older = (folder / f"{name}.index.json" for name in ("model.safetensors", "pytorch_model.bin"))
    _require_shards(safe if safe.is_file() or any(folder.glob("*.safetensors")) else older)


def _require_shards(index: Path) -> None:
    names = _read_json(index).get("weight_map", {}).values()
    missing = sorted({str(name) for name in names if not index.with_name(str(name)).exists()})
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise _fault(f"{index.with_name(missing[0])}{more} is missing", f"{index.name} names it: get it, too")


def _require_whole(file: Path) -> None:
    with file.open("rb") as stream:
        start = stream.read(len(_POINTER))
        if start == _POINTER:
            hint = "run git lfs pull in its repository, or download the model with hub:ORG/NAME"
            raise _fault(f"{file} is a pointer of Git LFS, not the file itself", hint)
        if file.suffix == ".bin" and start[: len(_ZIP)] == _ZIP and not is_zipfile(file):
            raise _fault(f"{file} is cut off: its directory, which is at its end, is not there", "get it anew")
        if file.suffix != ".safetensors":
            return
        size, there = int.from_bytes(start[:8], "little"), file.stat().st_size
        stream.seek(8)
        try:
            header = json.loads(stream.read(size)) if 8 + size <= there else None
            ends = [0] if header is None else [tensor["data_offsets"][1] for tensor in _tensors(header)]
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            raise _fault(f"{file} is no safetensors file", "get it anew: its beginning is damaged") from None
    needed = 8 + size + max(ends, default=0)
    if there != needed:
        what = "cut off" if there < needed else "damaged"
        raise _fault(f"{file} is {what}: {there} bytes are there, its header tells of {needed}", "get it anew")


def _tensors(header: dict[str, Any]) -> list[Any]:
    return [tensor for name, tensor in header.items() if name != "__metadata__"]


def _refuse_packed(folder: Path, config: dict[str, Any]) -> None:
    packing = config.get("quantization_config") or config.get("compression_config")
    if packing is None and isinstance(config.get("text_config"), dict):
        packing = config["text_config"].get("quantization_config")
    if not isinstance(packing, dict):
        _refuse_whole_numbers(folder)
        return
    method = packing.get("quant_method")
    method = method or ("bitsandbytes" if packing.get("load_in_4bit") or packing.get("load_in_8bit") else "unknown")
    if method not in _READ:
        raise _fault(
            f"the weights in {folder} are packed in a format that is not read here ({method}, by its config.json)",
            "use the model's original weights (float16 or bfloat16); with quantization nf4 they take as little memory",
        )


def _refuse_whole_numbers(folder: Path) -> None:
    """Packed weights that the configuration says nothing of would be read as the codes that they are."""
    for file in sorted(folder.glob("*.safetensors")):
        with file.open("rb") as stream:
            header = json.loads(stream.read(int.from_bytes(stream.read(8), "little")))
        for name, tensor in header.items():
            if name.endswith(".weight") and str(tensor.get("dtype", "")).startswith(("I", "U")):
                raise _fault(
                    f"{name} in {file} is stored as whole numbers ({tensor['dtype']}), and config.json does not say "
                    "how they are packed",
                    "use the model's original weights (float16 or bfloat16)",
                )


def _refuse_remote_code(folder: Path, config: dict[str, Any]) -> None:
    code = config.get("auto_map")
    if code and config.get("model_type") not in CONFIG_MAPPING:
        raise _fault(
            f"the model in {folder} needs Python code of its own (auto_map in config.json), which is never run here",
            "use a copy for transformers' own classes: many such models have one (names with -hf)",
        )


def _read_json(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        read = json.loads(file.read_text())
    except ValueError as error:
        raise _fault(f"{file} is no JSON file: {error}", "get it anew") from None
    if not isinstance(read, dict):
        raise _fault(f"{file} holds no JSON object", "get it anew")
    return read


def _fault(message: str, hint: str) -> RuntimeFault:
    return RuntimeFault("model_unsupported", message, hint=hint)
