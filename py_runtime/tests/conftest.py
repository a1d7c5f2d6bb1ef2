"""Fixtures: tiny models on disk (made once a session), a registry on the CPU, and a context that records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import pytest
import torch

from grait_runtime.context import Frame
from grait_runtime.contract import LoadModelRequest, Message, Prompt, WireStruct
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from tests.tiny import build_tiny_model

ARCHITECTURES = ("llama", "gpt2", "qwen2", "gemma", "mistral")


class RecordingContext:
    """A CallContext that keeps what it is given."""

    def __init__(self) -> None:
        self.items: list[WireStruct] = []
        self.frames: list[list[Frame]] = []
        self.progressed: list[tuple[float, float, str]] = []
        self.warnings: list[str] = []

    def check_cancelled(self) -> None:
        pass

    def progress(self, done: float, total: float, unit: str, note: str = "") -> None:
        self.progressed.append((done, total, unit))

    def warn(self, message: str) -> None:
        self.warnings.append(message)

    def emit(self, item: WireStruct, frames: Sequence[Frame] = ()) -> None:
        self.items.append(item)
        self.frames.append([frame.copy() for frame in frames])


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def context() -> RecordingContext:
    return RecordingContext()


@pytest.fixture(scope="session")
def tiny_dir(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """tiny_dir("llama", tied=True, ...): a folder with such a model, made at the first call."""
    made: dict[str, Path] = {}

    def get(architecture: str = "llama", **options: object) -> Path:
        key = f"{architecture}-{sorted(options.items())}"
        if key not in made:
            made[key] = build_tiny_model(tmp_path_factory.mktemp(architecture), architecture, **options)  # type: ignore[arg-type]
        return made[key]

    return get


@pytest.fixture
def models() -> ModelRegistry:
    return ModelRegistry("cpu")


def load_request(source: str, *, adapter: str | None = None) -> LoadModelRequest:
    return LoadModelRequest(source=source, dtype="float32", quantization="none", adapter=adapter, template_options={})


@pytest.fixture
def load(models: ModelRegistry, tiny_dir: Callable[..., Path]) -> Callable[..., LoadedModel]:
    """load("llama", adapter=..., **tiny_dir options): the loaded tiny model."""

    def get(architecture: str = "llama", adapter: str | None = None, **options: object) -> LoadedModel:
        source = f"path:{tiny_dir(architecture, **options)}"
        return models.get(models.load(load_request(source, adapter=adapter)).model)

    return get


def chat(id: str, *contents: str) -> Prompt:
    """A prompt of alternating user and assistant turns."""
    roles: tuple[Literal["user", "assistant"], ...] = ("user", "assistant")
    return Prompt(
        id=id, messages=[Message(role=roles[n % 2], content=text) for n, text in enumerate(contents)], prompt=None
    )


def raw(id: str, text: str) -> Prompt:
    return Prompt(id=id, messages=None, prompt=text)


def memory_for(loaded: LoadedModel, tokens: int) -> Callable[..., object]:
    """The model's forward on a machine of little memory: more than `tokens` tokens at once are too many."""
    forward = loaded.module.forward

    def limited(*args: object, **options: object) -> object:
        ids = options["input_ids"]
        assert isinstance(ids, torch.Tensor)
        if ids.numel() > tokens:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 99 bytes.")
        return forward(*args, **options)

    return limited
