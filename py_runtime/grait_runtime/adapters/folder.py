"""The files of an adapter's folder, as PEFT names them, and a check that they are there."""

from __future__ import annotations

import json
from pathlib import Path

from grait_runtime.errors import RuntimeFault

ADAPTER_FILE = "adapter_model.safetensors"
CONFIG_FILE = "adapter_config.json"
#: AdamW's moments; PEFT knows nothing of them.
OPTIMIZER_FILE = "optimizer.safetensors"


def adapter_identity(path: str) -> tuple[str, int, int]:
    """The identity of an adapter folder's current state: real path, size and time of its weights."""
    weights = checked_folder(path) / ADAPTER_FILE
    status = weights.stat()
    return str(weights.resolve()), status.st_size, status.st_mtime_ns


def checked_folder(path: str) -> Path:
    """The folder of a LoRA adapter in PEFT's form; RuntimeFault adapter_not_found says what is missing."""
    folder = Path(path)
    hint = f"an adapter is a PEFT folder: {CONFIG_FILE} and {ADAPTER_FILE}"
    for name in (CONFIG_FILE, ADAPTER_FILE):
        if not (folder / name).is_file():
            raise RuntimeFault("adapter_not_found", f"there is no {name} in {folder}", hint=hint)
    try:
        kind = json.loads((folder / CONFIG_FILE).read_text())["peft_type"]
    except (ValueError, KeyError, TypeError) as error:
        raise RuntimeFault("adapter_not_found", f"{folder / CONFIG_FILE} is not readable", hint=hint) from error
    if kind != "LORA":
        raise RuntimeFault(
            "adapter_not_found", f"the adapter in {folder} is of type {kind}", hint="only LORA is supported"
        )
    return folder
