"""The operation gradientFeatures: each sample's gradient at the rehearsed adapter, as a feature vector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from transformers import PreTrainedModel

from grait_runtime.context import CallContext, tensor_ref
from grait_runtime.contract import Failure, GradientFeaturesItem, GradientFeaturesRequest, PlanResult
from grait_runtime.device.memory_failure import free_memory, is_out_of_memory
from grait_runtime.device.scratch import Scratch
from grait_runtime.encoding.samples import encode_samples, refuse_adapted
from grait_runtime.encoding.text import EncodedSample
from grait_runtime.files.digests import folder_digest
from grait_runtime.gradients.adam_form import AdamForm
from grait_runtime.gradients.per_sample import PerSampleGradients
from grait_runtime.gradients.projection import Projection, make_projection
from grait_runtime.losses.target_batch import target_batch
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.lora_adapters import lora_pairs, lora_parameters, read_moments
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.models.shape import model_shape
from grait_runtime.planning.batches import plan_batches
from grait_runtime.planning.planned_stream import plan_result, stream_plan
from grait_runtime.planning.training_budget import training_token_budget

#: The client puts the rows of a window back into its order, so a window must be small enough to hold there.
_WINDOW_BYTES = 64 << 20
_MAX_WINDOW = 2048
#: Maximum bytes of one parameter's gradients for all samples of a batch.
_PARAMETER_BYTES = 256 << 20


@dataclass(frozen=True)
class Features:
    """The rows of one batch: the finite ones, and a Failure for each of the others."""

    ids: list[str]
    #: [ids, dim], in the requested dtype.
    rows: Tensor
    #: float32 [ids]
    norms: Tensor
    failures: list[Failure]


def gradient_features(models: ModelRegistry, request: GradientFeaturesRequest, context: CallContext) -> PlanResult:
    """Stream one row per sample, in planned batches; the samples' weights are ignored."""
    loaded = models.get(request.model)
    refuse_adapted(loaded, "gradientFeatures")
    encoded = encode_samples(loaded, request.samples, context)
    with loaded.adapted(request.adapter) as module:
        engine = FeatureEngine(module, request, loaded.device)
        batches = _plan(encoded, request, loaded, engine)

        def compute(number: int, batch: Sequence[int]) -> None:
            _emit(context, number, engine.features([encoded[index] for index in batch]))

        stream_plan(batches, request.completed, context, "samples", compute)
    tokens = [np.array(item.input_ids, np.int32) if isinstance(item, EncodedSample) else None for item in encoded]
    settings = (loaded.revision, folder_digest(Path(request.adapter)), *_settings(request))
    return plan_result(batches, [sample.id for sample in request.samples], tokens, "gradientFeatures", *settings)


class FeatureEngine:
    """Computes per-sample gradients of an adapted module, in the form and projection of a request."""

    def __init__(self, module: PreTrainedModel, request: GradientFeaturesRequest, device: torch.device) -> None:
        sizes = {name: value.numel() for name, value in lora_parameters(module).items()}
        self._gradients = PerSampleGradients(module, lora_pairs(module))
        self._request = request
        self._device = device
        self._scratch = Scratch()
        self._adam: AdamForm | None = None
        if request.form == "adam":
            self._adam = AdamForm(read_moments(Path(request.adapter), list(sizes)), device)
        self._projection: Projection = make_projection(request.projection, sizes, device)
        self.dim = self._projection.dim
        self.largest_parameter = max(sizes.values())

    def features(self, items: Sequence[EncodedSample | Failure]) -> Features:
        """The rows of samples that could be encoded and have finite gradients, and the Failures of the others."""
        samples = [item for item in items if isinstance(item, EncodedSample)]
        failures = [item for item in items if isinstance(item, Failure)]
        if not samples:
            empty = torch.zeros(0, self.dim)
            return Features([], self._in_dtype(empty), torch.zeros(0), failures)
        raw: Tensor | None = None
        try:
            raw = self._raw(samples)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
        # The memory can only be freed here, where the error no longer keeps the failed pass alive.
        if raw is None:
            free_memory()
            return self._halves(samples, failures)
        return self._finished(samples, raw, failures)

    def _raw(self, samples: Sequence[EncodedSample]) -> Tensor:
        """The features, float32 [b, dim], neither normalised nor checked."""
        features = torch.zeros(self.dim, len(samples), device=self._device)

        def sink(name: str, gradients: Tensor) -> None:
            if self._adam is not None:
                scratch = self._scratch.take("adam", tuple(gradients.shape), gradients.device)
                self._adam.apply_(name, gradients, scratch)
            self._projection.add(name, gradients, features)

        self._gradients.run(target_batch(samples, self._device), sink)
        return features.T.contiguous()

    def _finished(self, samples: Sequence[EncodedSample], raw: Tensor, failures: list[Failure]) -> Features:
        norms = torch.linalg.vector_norm(raw, dim=1)
        if self._request.normalise:
            raw = raw / norms.clamp(min=torch.finfo(torch.float32).tiny)[:, None]
        rows = self._in_dtype(raw)
        finite = (rows.isfinite().all(dim=1) & norms.isfinite()).cpu()
        kept = finite.nonzero().flatten()
        bad = [sample.id for sample, good in zip(samples, finite.tolist(), strict=True) if not good]
        message = f"the gradient feature has values that are not finite in {self._request.dtype}"
        failures = failures + [Failure(id=id, code="non_finite", message=message) for id in bad]
        ids = [samples[index].id for index in kept.tolist()]
        return Features(ids, rows.cpu()[kept], norms.cpu()[kept], failures)

    def _halves(self, samples: Sequence[EncodedSample], failures: list[Failure]) -> Features:
        """After running out of memory: compute in two halves, or fail a single sample."""
        if len(samples) == 1:
            message = f"{len(samples[0].input_ids)} tokens do not fit the memory of {self._device}"
            lost = Failure(id=samples[0].id, code="out_of_memory", message=message)
            return self.features([*failures, lost])
        middle = len(samples) // 2
        first, second = self.features(samples[:middle]), self.features(samples[middle:])
        return Features(
            ids=first.ids + second.ids,
            rows=torch.cat([first.rows, second.rows]),
            norms=torch.cat([first.norms, second.norms]),
            failures=failures + first.failures + second.failures,
        )

    def _in_dtype(self, rows: Tensor) -> Tensor:
        return rows.half() if self._request.dtype == "float16" else rows


def _plan(
    encoded: Sequence[EncodedSample | Failure],
    request: GradientFeaturesRequest,
    loaded: LoadedModel,
    engine: FeatureEngine,
) -> list[list[int]]:
    """Plan batches over all samples; failed samples take no room and are reported with their batch."""
    lengths = [len(item.input_ids) if isinstance(item, EncodedSample) else 1 for item in encoded]
    window = max(1, min(_MAX_WINDOW, _WINDOW_BYTES // (4 * engine.dim)))
    rows = max(1, min(window, _PARAMETER_BYTES // (4 * engine.largest_parameter)))
    budget = request.token_budget or training_token_budget(model_shape(loaded), loaded.device)
    return plan_batches(lengths, token_budget=budget, max_rows=rows, window=window)


def _emit(context: CallContext, number: int, features: Features) -> None:
    rows, norms = features.rows.numpy(), features.norms.numpy()
    item = GradientFeaturesItem(
        batch=number,
        ids=features.ids,
        features=tensor_ref(rows, 0),
        norms=tensor_ref(norms, 1),
        failures=features.failures,
    )
    context.emit(item, [rows, norms])


def _settings(request: GradientFeaturesRequest) -> tuple[object, ...]:
    projection = request.projection
    matrix = projection.kind, projection.dim, projection.sparsity, projection.seed
    return request.form, *matrix, request.normalise, request.dtype
