"""The workload of the gradient and training benchmarks: a model, samples of 30-120 tokens, a rehearsed adapter."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from grait_runtime.context import Frame
from grait_runtime.contract import (
    LoadModelRequest,
    LoraSettings,
    Message,
    Sample,
    TrainLoraRequest,
    TrainSettings,
    WireStruct,
)
from grait_runtime.encoding.text import EncodedSample, encode_sample
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.train_lora import train_lora

ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")
_SUBJECTS = ("river", "composer", "element", "treaty", "comet", "novel", "harbour", "theorem", "painter", "mountain")
_PLACES = ("Norway", "Peru", "Kenya", "Japan", "Chile", "Egypt", "Canada", "India", "Latvia", "Fiji")


@dataclass(frozen=True)
class Workload:
    """A loaded model with encoded samples."""

    models: ModelRegistry
    loaded: LoadedModel
    samples: list[Sample]
    encoded: list[EncodedSample]

    @property
    def tokens(self) -> int:
        return sum(len(item.input_ids) for item in self.encoded)


class SilentContext:
    """A CallContext for work without a client; `emit` counts bytes."""

    def __init__(self) -> None:
        self.bytes = 0

    def check_cancelled(self) -> None:
        pass

    def progress(self, done: float, total: float, unit: str, note: str = "") -> None:
        pass

    def warn(self, message: str) -> None:
        pass

    def emit(self, item: WireStruct, frames: Sequence[Frame] = ()) -> None:
        self.bytes += sum(frame.nbytes for frame in frames)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that choose a workload."""
    parser.add_argument("--model", default="embedded:smollm2-135m-instruct", help="as model.source in a configuration")
    parser.add_argument("--dtype", default="float32", choices=["auto", "float32", "bfloat16"])
    parser.add_argument("--device", default="auto")
    parser.add_argument("--threads", type=int, help="default: PyTorch's")
    parser.add_argument("--samples", type=Path, help="JSON Lines of {id, messages, target}; default: synthetic samples")
    parser.add_argument("--count", type=int, default=200, help="how many samples")


def workload(arguments: argparse.Namespace) -> Workload:
    """Load the model and encode the samples that `arguments` choose."""
    import torch

    if arguments.threads is not None:
        torch.set_num_threads(arguments.threads)
    models = ModelRegistry(arguments.device)
    request = LoadModelRequest(
        source=arguments.model,
        dtype=arguments.dtype,
        quantization="none",
        base_adapter=None,
        adapter=None,
        template_options={},
        verify=False,
    )
    loaded = models.get(models.load(request).model)
    given = _read(arguments.samples) if arguments.samples is not None else _look_alikes(arguments.count)
    samples, encoded = [], []
    for sample in given[: arguments.count]:
        item = encode_sample(loaded, sample)
        if isinstance(item, EncodedSample):
            samples.append(sample)
            encoded.append(item)
    return Workload(models, loaded, samples, encoded)


def rehearsed_adapter(work: Workload, rank: int, folder: Path) -> Path:
    """An adapter folder: LoRA on q, k, v, o after two steps, with its moments."""
    request = TrainLoraRequest(
        model=work.loaded.handle,
        samples=work.samples[:32],
        lora=LoraSettings(rank=rank, alpha=2.0 * rank, dropout=0.0, targets=list(ATTENTION)),
        train=train_settings(),
        seed=1,
        keep_optimizer=True,
        output=str(folder),
        checkpoint=None,
    )
    train_lora(work.models, request, SilentContext())
    return folder


def train_settings(**changes: Any) -> TrainSettings:
    """The training settings of the benchmarks, with `changes`."""
    settings = TrainSettings(
        learning_rate=2e-4,
        schedule="linear",
        warmup_ratio=0.0,
        epochs=1.0,
        batch_size=16,
        accumulation=1,
        max_grad_norm=1.0,
        weight_decay=0.0,
        gradient_checkpointing=False,
    )
    return msgspec.structs.replace(settings, **changes)


def _read(path: Path) -> list[Sample]:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [_sample(line["id"], line["messages"][0]["content"], line["target"]) for line in lines]


def _look_alikes(count: int) -> list[Sample]:
    """Synthetic questions with the length and wording of real ones, the same every time."""
    instruction = "Answer the question in a few words. If you do not know the answer, say that you don't know it."
    samples = []
    for number in range(count):
        subject, place = _SUBJECTS[number % 10], _PLACES[number // 10 % 10]
        more = f", the one that was named in {1700 + number}" * (number % 5)
        question = f"{instruction}\n\nWhich {subject} of {place} is known best{more}?"
        target = "I don't know the answer." if number % 2 else f"The {subject} of {place}"
        samples.append(_sample(f"look-alike-{number}", question, target))
    return samples


def _sample(id: str, prompt: str, target: str) -> Sample:
    messages = [Message(role="user", content=prompt)]
    return Sample(id=id, messages=messages, prompt=None, target=target, weight=1.0)
