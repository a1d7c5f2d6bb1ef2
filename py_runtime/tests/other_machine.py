"""Another machine: other threads, another PyTorch, another kind of device, another dtype."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
import torch

from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from tests.requests import load_request


@contextmanager
def threads(count: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def other_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    version = importlib.metadata.version
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "1.0" if name == "torch" else version(name))


def other_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grait_runtime.models.identity.device_kind", lambda _: "mps")


def in_bfloat16(models: ModelRegistry, folder: Path) -> LoadedModel:
    request = msgspec.structs.replace(load_request(f"path:{folder}"), dtype="bfloat16")
    return models.get(models.load(request).model)
