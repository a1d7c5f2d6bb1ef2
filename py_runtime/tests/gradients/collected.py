"""Collects the features that a call streams."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from grait_runtime.contract import Failure, GradientFeaturesItem, GradientFeaturesRequest, PlanResult
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.gradient_features import gradient_features
from tests.contexts import RecordingContext


class Collected:
    """What a call streamed, by id."""

    def __init__(self, models: ModelRegistry, request: GradientFeaturesRequest) -> None:
        context = RecordingContext()
        self.plan: PlanResult = gradient_features(models, request, context)
        self.features: dict[str, NDArray[np.generic]] = {}
        self.norms: dict[str, float] = {}
        self.failures: list[Failure] = []
        self.batches: list[int] = []
        self.halvings: list[int] = []
        self.progressed, self.warnings = context.progressed, context.warnings
        for item, frames in zip(context.items, context.frames, strict=True):
            assert isinstance(item, GradientFeaturesItem)
            self.batches.append(item.batch)
            self.halvings.append(item.halvings)
            self.failures += item.failures
            assert frames[item.features.frame].shape == tuple(item.features.shape)
            for row, id in enumerate(item.ids):
                self.features[id] = frames[item.features.frame][row]
                self.norms[id] = float(frames[item.norms.frame][row])

    def row(self, id: str) -> Tensor:
        return torch.from_numpy(self.features[id].astype(np.float64))
