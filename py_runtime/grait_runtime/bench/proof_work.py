"""What the sections of the proof compute: the runtime's operations on a random model, and digests of what they give."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from grait_runtime.bench.workload import ATTENTION, SilentContext, train_settings
from grait_runtime.context import Frame
from grait_runtime.contract import (
    CheckpointSettings,
    GenerateRequest,
    GradientFeaturesItem,
    GradientFeaturesRequest,
    LoraSettings,
    Message,
    OptionsPrompt,
    ProjectionSettings,
    Prompt,
    Sample,
    ScoreOptionsRequest,
    TrainLoraRequest,
    WireStruct,
)
from grait_runtime.errors import Cancelled
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.generate import generate
from grait_runtime.operations.gradient_features import gradient_features
from grait_runtime.operations.score_options import score_options
from grait_runtime.operations.train_lora import train_lora

_WORDS = ("which", "river", "of", "the", "north", "was", "named", "after", "a", "composer", "and", "why", "is", "it")
_INSTRUCTION = "Answer the question with one letter. If you do not know the answer, say that you don't know it. "


class Kept(SilentContext):
    """A context that keeps a digest of all that is streamed, feature rows by id, warnings and halvings."""

    def __init__(self) -> None:
        super().__init__()
        self.digest = hashlib.sha256()
        self.rows: dict[str, NDArray[np.float32]] = {}
        self.items: list[WireStruct] = []
        self.frames: list[list[Frame]] = []
        self.warnings: list[str] = []
        self.halvings = 0

    def warn(self, message: str) -> None:
        self.warnings.append(message)

    def emit(self, item: WireStruct, frames: Sequence[Frame] = ()) -> None:
        self.digest.update(msgspec.json.encode(item))
        for frame in frames:
            self.digest.update(np.ascontiguousarray(frame).tobytes())
        self.items.append(item)
        self.frames.append([frame.copy() for frame in frames])
        self.halvings = max(self.halvings, int(getattr(item, "halvings", 0)))
        if isinstance(item, GradientFeaturesItem):
            rows = frames[item.features.frame]
            self.rows.update((id, rows[place].astype(np.float32)) for place, id in enumerate(item.ids))


class InterruptedAt(Kept):
    """A context that is cancelled at the n-th chance."""

    def __init__(self, chances: int) -> None:
        super().__init__()
        self._chances = chances

    def check_cancelled(self) -> None:
        self._chances -= 1
        if self._chances < 0:
            raise Cancelled


@dataclass(frozen=True)
class Sizes:
    """How much each operation gets to do."""

    samples: int
    questions: int
    answers: int
    rank: int
    dim: int


FULL = Sizes(samples=512, questions=512, answers=128, rank=128, dim=8192)
SMALL = Sizes(samples=12, questions=8, answers=4, rank=4, dim=256)


@dataclass(frozen=True)
class Work:
    """A model and what is computed with it."""

    models: ModelRegistry
    loaded: LoadedModel
    sizes: Sizes
    folder: Path

    def samples(self, count: int | None = None) -> list[Sample]:
        """Samples of 100 to 400 tokens."""
        return [
            Sample(
                id=f"s{number}",
                messages=[Message(role="user", content=_INSTRUCTION + _text(number, 8 + number * 7 % 45))],
                prompt=None,
                target="I don't know the answer." if number % 2 else "B",
                weight=1.0,
            )
            for number in range(count or self.sizes.samples)
        ]

    def train(self, name: str, context: Kept | None = None, *, samples: int | None = None, every: int = 0) -> str:
        """Train an adapter with its moments into the folder; return the SHA-256 of its files."""
        output = self.folder / name
        shutil.rmtree(output, ignore_errors=True)
        request = TrainLoraRequest(
            model=self.loaded.handle,
            samples=self.samples(samples),
            lora=LoraSettings(rank=self.sizes.rank, alpha=4.0 * self.sizes.rank, dropout=0.1, targets=list(ATTENTION)),
            train=train_settings(batch_size=min(16, self.sizes.samples // 3)),
            seed=1,
            keep_optimizer=True,
            output=str(output),
            checkpoint=CheckpointSettings(dir=str(self.folder / f"{name}-checkpoint"), every_steps=every)
            if every
            else None,
        )
        train_lora(self.models, request, context or Kept())
        digest = hashlib.sha256()
        for file in sorted(output.glob("*.safetensors")):
            digest.update(file.read_bytes())
        return digest.hexdigest()

    def features(self, adapter: str, count: int | None = None, budget: int | None = None) -> Kept:
        context = Kept()
        gradient_features(self.models, self.feature_request(adapter, count, budget), context)
        return context

    def feature_request(
        self, adapter: str, count: int | None = None, budget: int | None = None
    ) -> GradientFeaturesRequest:
        return GradientFeaturesRequest(
            model=self.loaded.handle,
            samples=self.samples(count),
            adapter=str(self.folder / adapter),
            form="adam",
            projection=ProjectionSettings(kind="sjlt", dim=self.sizes.dim, sparsity=4, seed=0),
            normalise=True,
            dtype="float32",
            token_budget=budget,
            completed=[],
            halvings=0,
        )

    def questions(self, count: int | None = None) -> list[OptionsPrompt]:
        """Questions after the same five worked ones, with letters for options."""
        shots = "".join(f"{_text(1000 + shot, 25)}\nAnswer: {'ABCD'[shot % 4]}\n\n" for shot in range(5))
        return [
            OptionsPrompt(
                id=f"q{number}",
                messages=None,
                prompt=f"{shots}{_text(number, 5 + number % 30)}\nAnswer:",
                options=[" A", " B", " C", " D"],
            )
            for number in range(count or self.sizes.questions)
        ]

    def score(self, count: int | None = None) -> Kept:
        context = Kept()
        request = ScoreOptionsRequest(
            model=self.loaded.handle, items=self.questions(count), token_budget=None, completed=[], halvings=0
        )
        score_options(self.models, request, context)
        return context

    def generate(self, count: int | None = None, **changes: Any) -> Kept:
        context = Kept()
        settings: dict[str, Any] = {"samples": 10, "temperature": 1.0, "max_tokens": 16, "targets": [], **changes}
        request = GenerateRequest(
            model=self.loaded.handle,
            items=[
                Prompt(id=item.id, messages=None, prompt=item.prompt)
                for item in self.questions(count or self.sizes.answers)
            ],
            stop=["\n"],
            seed=7,
            think_tokens=0,
            token_budget=None,
            completed=[],
            halvings=0,
            **settings,
        )
        generate(self.models, request, context)
        return context


def relative_error(found: NDArray[np.float32], expected: NDArray[np.float32]) -> float:
    return float(np.linalg.norm(found - expected) / np.linalg.norm(expected))


def whole_logprobs(loaded: LoadedModel, ids: Sequence[int]) -> torch.Tensor:
    """log p of every token after each of `ids`, by one plain pass: float64 [T, V]."""
    with torch.inference_mode():
        logits = loaded.module(input_ids=torch.tensor([list(ids)], device=loaded.device), use_cache=False).logits
        return torch.log_softmax(logits[0].double(), dim=-1)


def _text(number: int, words: int) -> str:
    return " ".join(_WORDS[(number * 31 + place * (1 + number % 7)) % len(_WORDS)] for place in range(words)) + "?"
