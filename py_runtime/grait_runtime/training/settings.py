"""Refuses invalid training settings, by their names on the wire."""

from __future__ import annotations

import math

from grait_runtime.contract import TrainLoraRequest
from grait_runtime.errors import RuntimeFault


def check_settings(request: TrainLoraRequest) -> None:
    """Raise RuntimeFault invalid_request with the name of the first setting out of range."""
    lora, train = request.lora, request.train
    ranges = [
        ("lora.rank", lora.rank, 1, math.inf),
        ("lora.alpha", lora.alpha, 0, math.inf),
        ("lora.dropout", lora.dropout, 0, 1 - 1e-9),
        ("train.learningRate", train.learning_rate, 0, math.inf),
        ("train.warmupRatio", train.warmup_ratio, 0, 1),
        ("train.epochs", train.epochs, 0, math.inf),
        ("train.batchSize", train.batch_size, 1, math.inf),
        ("train.accumulation", train.accumulation, 1, math.inf),
        ("train.maxGradNorm", train.max_grad_norm, 0, math.inf),
        ("train.weightDecay", train.weight_decay, 0, math.inf),
    ]
    for name, value, low, high in ranges:
        if not (math.isfinite(value) and low <= value <= high):
            limits = f"from {low} to {high:g}" if math.isfinite(high) else f"{low} or more"
            raise RuntimeFault("invalid_request", f"{name} is {value}; it must be {limits}")
    if not lora.targets:
        raise RuntimeFault("invalid_request", "lora.targets is empty", hint='give module names or ["all-linear"]')
    bad = [sample.id for sample in request.samples if not math.isfinite(sample.weight)]
    if bad:
        raise RuntimeFault("invalid_request", f"the weight of sample {bad[0]} is not finite")
