"""The operation gradientFeatures: each sample's gradient at the rehearsed adapter, as a feature vector."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from grait_runtime.context import CallContext, tensor_ref
from grait_runtime.contract import Failure, GradientFeaturesItem, GradientFeaturesRequest, PlanResult
from grait_runtime.device.devices import device_memory
from grait_runtime.encoding.samples import encode_samples, refuse_adapted
from grait_runtime.encoding.text import EncodedSample, longest_sample, out_of_memory_failure
from grait_runtime.files.digests import folder_digest
from grait_runtime.gradients.feature_engine import FeatureEngine, Features
from grait_runtime.models.identity import model_identity
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.models.shape import model_shape
from grait_runtime.planning.batches import plan_batches
from grait_runtime.planning.halvings import Halvings
from grait_runtime.planning.limits import BatchLimits
from grait_runtime.planning.planned_stream import plan_result, stream_plan
from grait_runtime.planning.training_budget import GPU_CEILING, training_token_budget
from grait_runtime.training.measured_budget import measured_budget
from grait_runtime.trials.model_trial import batching_of

#: The client puts the rows of a window back into its order, so a window must be small enough to hold there.
_WINDOW_BYTES = 64 << 20
_MAX_WINDOW = 2048
#: Maximum bytes of one parameter's gradients for all samples of a batch.
_PARAMETER_BYTES = 256 << 20


def gradient_features(models: ModelRegistry, request: GradientFeaturesRequest, context: CallContext) -> PlanResult:
    """Stream one row per sample, in planned batches; the samples' weights are ignored."""
    loaded = models.get(request.model)
    refuse_adapted(loaded, "gradientFeatures")
    encoded = encode_samples(loaded, request.samples, context)
    with loaded.adapted(request.adapter) as module:
        engine = FeatureEngine(module, request, loaded.device)
        usable = [item for item in encoded if isinstance(item, EncodedSample)]
        if usable:
            engine.try_batch(usable)
        if engine.alone is not None:
            context.warn(f"gradients are computed one sample at a time, which is exact but slow: {engine.alone}")
        limits = _limits(request, loaded, engine, usable)
        batches = _plan(encoded, limits)
        halvings = Halvings(limits, request.halvings, context)

        def compute(number: int, batch: Sequence[int]) -> None:
            features = _features(engine, {index: encoded[index] for index in batch}, halvings, loaded)
            _emit(context, number, features, halvings.count)

        stream_plan(batches, request.completed, context, "samples", compute)
    tokens = [np.array(item.input_ids, np.int32) if isinstance(item, EncodedSample) else None for item in encoded]
    targets = [item.target_start if isinstance(item, EncodedSample) else None for item in encoded]
    settings = (
        model_identity(loaded),
        limits,
        folder_digest(Path(request.adapter)),
        targets,
        *_settings(request),
        *_way(engine),
    )
    return plan_result(batches, [sample.id for sample in request.samples], tokens, "gradientFeatures", *settings)


def _limits(
    request: GradientFeaturesRequest, loaded: LoadedModel, engine: FeatureEngine, samples: Sequence[EncodedSample]
) -> BatchLimits:
    window = max(1, min(_MAX_WINDOW, _WINDOW_BYTES // (4 * engine.dim)))
    rows = max(1, min(window, _PARAMETER_BYTES // (4 * engine.largest_parameter)))
    budget = (
        request.token_budget
        or _measured(request, loaded, engine, samples)
        or training_token_budget(model_shape(loaded), device_memory(loaded.device))
    )
    batching = batching_of(loaded)
    rows = rows if batching.pads_right else 1
    return BatchLimits(budget, rows, window, shares_keys=False, border=batching.border)


def _measured(
    request: GradientFeaturesRequest, loaded: LoadedModel, engine: FeatureEngine, samples: Sequence[EncodedSample]
) -> int | None:
    """The tokens of a pass that two passes over the longest sample show to fit; None: they show nothing."""
    if not samples or engine.alone is not None:
        return None
    longest = longest_sample(samples)
    facts = {
        "operation": "gradientFeatures",
        "adapter": folder_digest(Path(request.adapter)),
        "features": repr(_settings(request)),
        "targets": str(longest.target_count),
    }
    return measured_budget(
        loaded,
        facts,
        len(longest.input_ids),
        lambda rows: engine.pass_of(longest, rows),
        ceiling=GPU_CEILING,
    )


def _plan(encoded: Sequence[EncodedSample | Failure], limits: BatchLimits) -> list[list[int]]:
    """Plan batches over all samples; failed samples take no room and are reported with their batch."""
    lengths = [len(item.input_ids) if isinstance(item, EncodedSample) else 1 for item in encoded]
    return plan_batches(
        lengths,
        token_budget=limits.token_budget,
        max_rows=limits.max_rows,
        window=limits.window,
        border=limits.border,
    )


def _features(
    engine: FeatureEngine, batch: dict[int, EncodedSample | Failure], halvings: Halvings, loaded: LoadedModel
) -> Features:
    """The features of one planned batch, within the available memory; a sample that never fits is a Failure."""
    samples = {index: item for index, item in batch.items() if isinstance(item, EncodedSample)}
    failures = [item for item in batch.values() if isinstance(item, Failure)]
    lengths = {index: len(sample.input_ids) for index, sample in samples.items()}
    found: list[Features] = []
    for part, features in halvings.parts(
        list(samples), lengths, lambda part: engine.features([samples[index] for index in part])
    ):
        if features is not None:
            found.append(features)
        else:
            failures += [out_of_memory_failure(samples[index].id, lengths[index], loaded.device) for index in part]
    return engine.joined(found, failures)


def _emit(context: CallContext, number: int, features: Features, halvings: int) -> None:
    rows, norms = features.rows.numpy(), features.norms.numpy()
    item = GradientFeaturesItem(
        batch=number,
        ids=features.ids,
        features=tensor_ref(rows, 0),
        norms=tensor_ref(norms, 1),
        failures=features.failures,
        halvings=halvings,
    )
    context.emit(item, [rows, norms])


def _way(engine: FeatureEngine) -> tuple[object, ...]:
    return () if engine.alone is None else ("alone",)


def _settings(request: GradientFeaturesRequest) -> tuple[object, ...]:
    projection = request.projection
    matrix = projection.kind, projection.dim, projection.sparsity, projection.seed
    return request.form, *matrix, request.normalise, request.dtype
