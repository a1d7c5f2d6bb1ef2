"""The operation unloadModel: a handle is forgotten, and its memory freed where no other handle uses it."""

from __future__ import annotations

from grait_runtime.context import CallContext
from grait_runtime.contract import Nothing, UnloadModelRequest
from grait_runtime.models.registry import ModelRegistry


def unload_model(models: ModelRegistry, request: UnloadModelRequest, context: CallContext) -> Nothing:
    """Forget a model; its weights go with the last handle that uses them."""
    models.unload(request.model)
    return Nothing()
