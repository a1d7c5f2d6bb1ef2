"""Runs a training, and reads what it wrote."""

from __future__ import annotations

import hashlib
from pathlib import Path

from grait_runtime.adapters.folder import ADAPTER_FILE, OPTIMIZER_FILE
from grait_runtime.contract import TrainLoraRequest, TrainLoraResult
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.train_lora import train_lora
from tests.contexts import RecordingContext

WRITTEN = (ADAPTER_FILE, OPTIMIZER_FILE)


def trained(models: ModelRegistry, request: TrainLoraRequest) -> TrainLoraResult:
    return train_lora(models, request, RecordingContext())


def digests(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in WRITTEN}
