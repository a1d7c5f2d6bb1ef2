"""Samples and requests that the tests of training and gradients share."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from grait_runtime.adapters.lora_layers import lora_parameters
from grait_runtime.contract import (
    CheckpointSettings,
    GradientFeaturesRequest,
    LoraSettings,
    Message,
    ProjectionSettings,
    Sample,
    TrainLoraRequest,
    TrainSettings,
)
from grait_runtime.encoding.text import EncodedSample, encode_sample
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.train_lora import train_lora
from tests.contexts import RecordingContext
from tests.on_device import logits_of

#: Prompts and targets of very different lengths.
TEXTS = (
    ("What is the capital of France?", "Paris"),
    ("Which element has the symbol Fe?", "Iron has the symbol Fe."),
    ("Q", "Kenya"),
    ("Question: " + "which option is none of these? " * 9, "D"),
    ("In which country is Nairobi?", "I don't know the answer to this question, so I would rather not guess."),
    ("Choose one option.", "B"),
    ("You are a helpful assistant. What is Iron?", "The symbol is Fe."),
)


def samples(count: int = len(TEXTS), weights: list[float] | None = None) -> list[Sample]:
    """`count` samples with ids s0, s1, ..."""
    weights = weights or [1.0] * count
    return [sample(f"s{n}", *TEXTS[n % len(TEXTS)], weight=weights[n]) for n in range(count)]


def sample(id: str, prompt: str, target: str, weight: float = 1.0) -> Sample:
    messages = [Message(role="user", content=prompt)]
    return Sample(id=id, messages=messages, prompt=None, target=target, weight=weight)


def lora(rank: int = 4, *, targets: tuple[str, ...] = ("all-linear",), dropout: float = 0.0) -> LoraSettings:
    return LoraSettings(rank=rank, alpha=2.0 * rank, dropout=dropout, targets=list(targets))


def train_settings(**changes: Any) -> TrainSettings:
    settings: dict[str, Any] = dict(
        learning_rate=5e-3,
        schedule="cosine",
        warmup_ratio=0.03,
        epochs=2.0,
        batch_size=3,
        accumulation=1,
        max_grad_norm=1.0,
        weight_decay=0.0,
        gradient_checkpointing=False,
    )
    return TrainSettings(**{**settings, **changes})


def train_request(
    loaded: LoadedModel,
    output: Path,
    given: list[Sample],
    *,
    lora_settings: LoraSettings | None = None,
    seed: int = 1,
    checkpoint: Path | None = None,
    every_steps: int = 1,
    **train: Any,
) -> TrainLoraRequest:
    return TrainLoraRequest(
        model=loaded.handle,
        samples=given,
        lora=lora_settings or lora(),
        train=train_settings(**train),
        seed=seed,
        keep_optimizer=True,
        output=str(output),
        checkpoint=CheckpointSettings(dir=str(checkpoint), every_steps=every_steps) if checkpoint else None,
    )


def trained_adapter(models: ModelRegistry, loaded: LoadedModel, output: Path, **options: Any) -> Path:
    """A rehearsed adapter with its moments: after a few steps neither B nor the moments are zero."""
    train_lora(models, train_request(loaded, output, samples(), **options), RecordingContext())
    return output


def gradient_request(
    loaded: LoadedModel,
    adapter: Path,
    given: list[Sample],
    *,
    form: Literal["sgd", "adam"] = "sgd",
    kind: Literal["sjlt", "rademacher", "none"] = "none",
    dim: int = 64,
    sparsity: int = 4,
    seed: int = 1,
    normalise: bool = False,
    dtype: Literal["float32", "float16"] = "float32",
    token_budget: int | None = None,
    completed: tuple[int, ...] = (),
    halvings: int = 0,
) -> GradientFeaturesRequest:
    return GradientFeaturesRequest(
        model=loaded.handle,
        samples=given,
        adapter=str(adapter),
        form=form,
        projection=ProjectionSettings(kind=kind, dim=dim, sparsity=sparsity, seed=seed),
        normalise=normalise,
        dtype=dtype,
        token_budget=token_budget,
        completed=list(completed),
        halvings=halvings,
    )


def encoded(loaded: LoadedModel, given: Sample) -> EncodedSample:
    result = encode_sample(loaded, given)
    assert isinstance(result, EncodedSample)
    return result


def plain_loss(module: Any, item: EncodedSample) -> Tensor:
    """The definition: mean cross-entropy over the target tokens of one sample, from all its logits."""
    logits = logits_of(module, [item.input_ids], use_cache=False)[0]
    targets = torch.tensor(item.input_ids[item.target_start :])
    return cross_entropy(logits[item.target_start - 1 : -1].double(), targets)


def plain_gradient(
    loaded: LoadedModel, adapter: Path, given: Sample, *, dtype: torch.dtype | None = None
) -> dict[str, Tensor]:
    """Plain autograd on one sample: gradients by parameter name, sorted. `dtype`: computed in this one."""
    with loaded.adapted(str(adapter), trainable=True) as module:
        if dtype is not None:
            nn.Module.to(module, dtype)
        parameters = lora_parameters(module)
        loss = plain_loss(module, encoded(loaded, given))
        gradients = torch.autograd.grad(loss, list(parameters.values()))
        return dict(zip(parameters, gradients, strict=True))


def flattened(gradients: dict[str, Tensor]) -> Tensor:
    return torch.cat([gradients[name].flatten().cpu() for name in sorted(gradients)])


def relative_error(found: Tensor, expected: Tensor) -> float:
    return float((found.cpu() - expected.cpu()).norm() / expected.norm())
