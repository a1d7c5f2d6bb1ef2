"""The operation loadModel: turns a model source into a handle."""

from __future__ import annotations

from pathlib import Path

from grait_runtime.context import CallContext
from grait_runtime.contract import LoadModelRequest, LoadModelResult
from grait_runtime.models.adapter_beside import note_of_adapter
from grait_runtime.models.registry import ModelRegistry


def load_model(models: ModelRegistry, request: LoadModelRequest, context: CallContext) -> LoadModelResult:
    """Load a model, or share the weights that are already in memory."""
    loaded = models.load(request)
    weights = models.get(loaded.model).weights
    note = note_of_adapter(Path(str(weights.base.name_or_path)))
    if note is not None and note not in weights.told and request.adapter is None:
        weights.told.add(note)
        context.warn(note)
    return loaded
