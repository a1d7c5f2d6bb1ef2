"""Prompts, and the request to load a model, as many tests make them."""

from __future__ import annotations

from typing import Any, Literal

from grait_runtime.contract import GenerateRequest, LoadModelRequest, Message, Prompt, Sample
from grait_runtime.models.loaded_model import LoadedModel


def load_request(source: str, *, base_adapter: str | None = None, adapter: str | None = None) -> LoadModelRequest:
    return LoadModelRequest(
        source=source, dtype="float32", quantization="none", base_adapter=base_adapter, adapter=adapter,
        template_options={}, verify=False,
    )  # fmt: skip


def generate_request(loaded: LoadedModel, items: list[Prompt], **changes: Any) -> GenerateRequest:
    """A request for greedy answers of 12 tokens."""
    settings: dict[str, Any] = {
        "samples": 1, "temperature": 0.0, "max_tokens": 12, "stop": [], "seed": 7, "think_tokens": 0, "targets": [],
        "token_budget": None, "completed": [], "halvings": 0,
    }  # fmt: skip
    return GenerateRequest(model=loaded.handle, items=items, **(settings | changes))


def chat(id: str, *contents: str) -> Prompt:
    """A prompt of alternating user and assistant turns."""
    roles: tuple[Literal["user", "assistant"], ...] = ("user", "assistant")
    return Prompt(
        id=id, messages=[Message(role=roles[n % 2], content=text) for n, text in enumerate(contents)], prompt=None
    )


def sample(id: str, question: str, target: str) -> Sample:
    """A sample of one user turn."""
    return Sample(id=id, messages=chat("", question).messages, prompt=None, target=target, weight=1.0)


def raw(id: str, text: str) -> Prompt:
    return Prompt(id=id, messages=None, prompt=text)
