"""Computes gradient features: each sample's gradient, in the requested form and projection, checked and normalised."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from transformers import PreTrainedModel

from grait_runtime.adapters.lora_layers import lora_pairs, lora_parameters, refuse_trained_wholes
from grait_runtime.adapters.stored import read_moments
from grait_runtime.contract import Failure, GradientFeaturesRequest
from grait_runtime.device.memory_failure import free_memory, is_out_of_memory
from grait_runtime.device.same_bytes import same_bytes
from grait_runtime.device.scratch import Scratch
from grait_runtime.encoding.text import EncodedSample
from grait_runtime.errors import RuntimeFault
from grait_runtime.gradients.adam_form import AdamForm
from grait_runtime.gradients.alone import AloneGradients
from grait_runtime.gradients.per_sample import GradientSink, PerSampleGradients
from grait_runtime.gradients.projection import Projection, make_projection
from grait_runtime.losses.loss_scale import loss_scale
from grait_runtime.losses.target_batch import TargetBatch, target_batch


@dataclass(frozen=True)
class Features:
    """Rows that were computed together: the finite ones, and a Failure for each of the others."""

    ids: list[str]
    #: [ids, dim], in the requested dtype.
    rows: Tensor
    #: float32 [ids]
    norms: Tensor
    failures: list[Failure]


#: How far a batch's gradients may be from those of its samples alone: rounding in float32, and in bfloat16.
_EXACT, _ROUNDED = 1e-4, 0.2


#: Runs a batch forward and backward with a scaled loss, and gives the gradients to a sink.
_Run = Callable[[TargetBatch, GradientSink, float], object]


class FeatureEngine:
    """Computes per-sample gradients of an adapted module, in the form and projection of a request."""

    def __init__(self, module: PreTrainedModel, request: GradientFeaturesRequest, device: torch.device) -> None:
        refuse_trained_wholes(module)
        sizes = {name: value.numel() for name, value in lora_parameters(module).items()}
        pairs = lora_pairs(module)
        self._together = PerSampleGradients(module, pairs)
        self._alone = AloneGradients(module)
        self._module = module
        self._exact = module.dtype == torch.float32
        #: Why every sample needs a pass of its own; None: batches give the same.
        self.alone: str | None = None
        if strange := sizes.keys() - {name for pair in pairs for name in (pair.a_name, pair.b_name)}:
            self.alone = f"{min(strange)} is not plain LoRA on a linear layer"
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

    def try_batch(self, samples: Sequence[EncodedSample]) -> None:
        """Try on two short samples whether a batch gives what each sample gives alone, and else set `alone`.

        RuntimeFault model_unsupported if a factor has no gradient even alone.
        """
        by_length = sorted(samples, key=lambda sample: len(sample.input_ids))
        longer = (sample for sample in by_length if len(sample.input_ids) > len(by_length[0].input_ids))
        tried = [*by_length[:1], *([next(longer, by_length[1])] if len(by_length) > 1 else [])]
        try:
            expected = torch.cat([self._projected(self._alone.run, [sample]) for sample in tried])
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            free_memory()  # no sample fits, as each will say
            return
        if self.alone is not None:
            return
        try:
            found = self._projected(self._together.run, tried)
        except RuntimeFault as fault:
            self.alone = fault.message
            return
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            free_memory()
            self.alone = "two do not fit the memory"
            return
        difference = float((found - expected).norm() / expected.norm().clamp(min=torch.finfo(torch.float32).tiny))
        if expected.isfinite().all() and not difference <= (_EXACT if self._exact else _ROUNDED):
            self.alone = f"in a batch of two they differ by {difference:.1e}"

    def _raw(self, samples: Sequence[EncodedSample]) -> Tensor:
        """The features, float32 [b, dim], neither normalised nor checked."""
        if self.alone is None:
            return self._projected(self._together.run, samples, self._adam)
        return torch.cat([self._projected(self._alone.run, [sample], self._adam) for sample in samples])

    def _projected(
        self,
        run: _Run,
        samples: Sequence[EncodedSample],
        adam: AdamForm | None = None,
    ) -> Tensor:
        """The projected gradients of one pass over `samples`, in Adam's form if it is given: float32 [b, dim].

        In float16, the pass is made again with a smaller scale where one of them is not finite.
        """
        lowered = 0
        while True:
            scale = loss_scale(self._module.dtype, lowered)
            rows = self._pass(run, samples, adam, scale)
            if scale == 1 or bool(rows.isfinite().all()):
                return rows
            lowered += 1

    def _pass(self, run: _Run, samples: Sequence[EncodedSample], adam: AdamForm | None, scale: float) -> Tensor:
        features = torch.zeros(self.dim, len(samples), device=self._device)

        def sink(name: str, gradients: Tensor) -> None:
            if adam is not None:
                scratch = self._scratch.take("adam", tuple(gradients.shape), gradients.device)
                adam.apply_(name, gradients, scratch)
            self._projection.add(name, gradients, features)

        with same_bytes(self._module, self._device):
            run(target_batch(samples, self._device), sink, scale)
        return features.T.contiguous()

    def _in_dtype(self, rows: Tensor) -> Tensor:
        return rows.half() if self._request.dtype == "float16" else rows
