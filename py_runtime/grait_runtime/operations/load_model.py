"""The operation loadModel: turns a model source into a handle."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from grait_runtime.context import CallContext
from grait_runtime.contract import LoadModelRequest, LoadModelResult
from grait_runtime.models.adapter_beside import note_of_adapter
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.trials.model_trial import trial_of


def load_model(models: ModelRegistry, request: LoadModelRequest, context: CallContext) -> LoadModelResult:
    """Load a model, or share the weights that are already in memory, and try what can be trusted of it."""
    result = models.load(request, context)
    try:
        checks = [*result.checks, *trial_of(models.get(result.model)).checks]
    except BaseException:
        models.unload(result.model)
        raise
    result = msgspec.structs.replace(result, checks=checks)
    weights = models.get(result.model).weights
    for note in [*weights.notes, *_notes(result, request, Path(str(weights.base.name_or_path)))]:
        weights.tell_once(note, context.warn)
    return result


def _notes(result: LoadModelResult, request: LoadModelRequest, folder: Path) -> Iterator[str]:
    """What a user should hear about a model, once for its weights."""
    note = note_of_adapter(folder)
    if note is not None and request.adapter is None and request.base_adapter is None:
        yield note
    for check in result.checks:
        if check.verdict != "right" and check.name != "sharing":
            yield f"{result.architecture}: {check.message}"
