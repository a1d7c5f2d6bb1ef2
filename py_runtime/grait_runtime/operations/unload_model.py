"""The operation unloadModel: removes a handle, and frees its memory if no other handle uses it."""

from __future__ import annotations

from grait_runtime.context import CallContext
from grait_runtime.contract import Nothing, UnloadModelRequest
from grait_runtime.models.registry import ModelRegistry


def unload_model(models: ModelRegistry, request: UnloadModelRequest, context: CallContext) -> Nothing:
    """Unload a model; its weights are freed with the last handle that uses them."""
    models.unload(request.model)
    return Nothing()
