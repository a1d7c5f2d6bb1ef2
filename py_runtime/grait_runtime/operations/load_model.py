"""The operation loadModel: turns a model source into a handle."""

from __future__ import annotations

import msgspec

from grait_runtime.context import CallContext
from grait_runtime.contract import LoadModelRequest, LoadModelResult
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.trials.model_trial import trial_of


def load_model(models: ModelRegistry, request: LoadModelRequest, context: CallContext) -> LoadModelResult:
    """Load a model, or share the weights that are already in memory, and try what can be trusted of it."""
    result = models.load(request)
    try:
        checks = trial_of(models.get(result.model)).checks
    except BaseException:
        models.unload(result.model)
        raise
    for check in checks:
        if check.verdict != "right" and check.name != "sharing":
            context.warn(f"{result.architecture}: {check.message}")
    return msgspec.structs.replace(result, checks=[*result.checks, *checks])
