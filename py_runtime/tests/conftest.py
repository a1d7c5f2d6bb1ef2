"""Fixtures: tiny models on disk (made once a session), a registry, and a context that records."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from tests.contexts import RecordingContext
from tests.on_device import DEVICE_NAME
from tests.requests import load_request
from tests.tiny import build_tiny_model


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
    return ModelRegistry(DEVICE_NAME)


@pytest.fixture
def load(models: ModelRegistry, tiny_dir: Callable[..., Path]) -> Callable[..., LoadedModel]:
    """load("llama", adapter=..., **tiny_dir options): the loaded tiny model."""

    def get(architecture: str = "llama", adapter: str | None = None, **options: object) -> LoadedModel:
        source = f"path:{tiny_dir(architecture, **options)}"
        return models.get(models.load(load_request(source, adapter=adapter)).model)

    return get
