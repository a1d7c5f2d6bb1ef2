"""The operation loadModel: turns a model source into a handle."""

from __future__ import annotations

from grait_runtime.context import CallContext
from grait_runtime.contract import LoadModelRequest, LoadModelResult
from grait_runtime.models.registry import ModelRegistry


def load_model(models: ModelRegistry, request: LoadModelRequest, context: CallContext) -> LoadModelResult:
    """Load a model, or share the weights that are already in memory."""
    return models.load(request)
