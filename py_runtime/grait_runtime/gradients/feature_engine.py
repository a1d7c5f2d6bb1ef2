"""Computes gradient features: each sample's gradient, in the requested form and projection, checked and normalised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from transformers import PreTrainedModel

from grait_runtime.adapters.lora_layers import lora_pairs, lora_parameters
from grait_runtime.adapters.stored import read_moments
from grait_runtime.contract import Failure, GradientFeaturesRequest
from grait_runtime.device.scratch import Scratch
from grait_runtime.encoding.text import EncodedSample
from grait_runtime.gradients.adam_form import AdamForm
from grait_runtime.gradients.per_sample import PerSampleGradients
from grait_runtime.gradients.projection import Projection, make_projection
from grait_runtime.losses.target_batch import target_batch


@dataclass(frozen=True)
class Features:
    """Rows that were computed together: the finite ones, and a Failure for each of the others."""

    ids: list[str]
    #: [ids, dim], in the requested dtype.
    rows: Tensor
    #: float32 [ids]
    norms: Tensor
    failures: list[Failure]


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

    def features(self, samples: Sequence[EncodedSample]) -> Features:
        """The rows of `samples`, computed in one pass."""
        raw = self._raw(samples)
        norms = torch.linalg.vector_norm(raw, dim=1)
        if self._request.normalise:
            raw = raw / norms.clamp(min=torch.finfo(torch.float32).tiny)[:, None]
        rows = self._in_dtype(raw)
        finite = (rows.isfinite().all(dim=1) & norms.isfinite()).cpu()
        kept = finite.nonzero().flatten()
        bad = [sample.id for sample, good in zip(samples, finite.tolist(), strict=True) if not good]
        message = f"the gradient feature has values that are not finite in {self._request.dtype}"
        failures = [Failure(id=id, code="non_finite", message=message) for id in bad]
        ids = [samples[index].id for index in kept.tolist()]
        return Features(ids, rows.cpu()[kept], norms.cpu()[kept], failures)

    def joined(self, parts: Sequence[Features], failures: Sequence[Failure]) -> Features:
        """The rows of `parts`, one after the other, with the `failures` of samples that have no row."""
        none = self._in_dtype(torch.zeros(0, self.dim))
        return Features(
            ids=[id for part in parts for id in part.ids],
            rows=torch.cat([none, *(part.rows for part in parts)]),
            norms=torch.cat([torch.zeros(0), *(part.norms for part in parts)]),
            failures=[*failures, *(failure for part in parts for failure in part.failures)],
        )

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

    def _in_dtype(self, rows: Tensor) -> Tensor:
        return rows.half() if self._request.dtype == "float16" else rows
