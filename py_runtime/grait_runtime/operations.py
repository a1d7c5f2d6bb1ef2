"""Which function answers which operation. Nothing heavy is imported before the first call that needs it."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grait_runtime.context import CallContext
from grait_runtime.contract import OPERATIONS, HandshakeRequest, Nothing, Operation, WireStruct
from grait_runtime.handshake import check_contract, describe_runtime

if TYPE_CHECKING:
    from grait_runtime.models import ModelRegistry

#: Operation -> module of this package and function (models, request, context) -> result.
IMPLEMENTATIONS = {
    "loadModel": ("models", "load_model"),
    "unloadModel": ("models", "unload_model"),
    "countTokens": ("tokens", "count_tokens"),
    "scoreOptions": ("options", "score_options"),
    "generate": ("generation", "generate"),
    "embed": ("embedding", "embed"),
    "trainLora": ("training", "train_lora"),
    "gradientFeatures": ("gradients", "gradient_features"),
    "mergeAdapter": ("merging", "merge_adapter"),
}


@dataclass(frozen=True)
class ServedOperation:
    """An operation's shapes and the function that answers it."""

    contract: Operation
    run: Callable[[Any, CallContext], WireStruct]


def runtime_operations(device: str = "auto", threads: int | None = None) -> dict[str, ServedOperation]:
    """Every operation of the contract, sharing one ModelRegistry that the first call to need it makes."""

    @functools.cache
    def torch_ready() -> None:
        import torch

        if threads is not None:
            torch.set_num_threads(threads)

    @functools.cache
    def models() -> ModelRegistry:
        torch_ready()
        from grait_runtime.logs import adopt_transformers_logging
        from grait_runtime.models import ModelRegistry

        adopt_transformers_logging()
        return ModelRegistry(device)

    def implemented(module: str, function: str) -> Callable[[Any, CallContext], WireStruct]:
        def run(request: Any, context: CallContext) -> WireStruct:
            registry = models()
            answer: WireStruct = implementation(module, function)(registry, request, context)
            return answer

        return run

    def shake_hands(request: HandshakeRequest, _context: CallContext) -> WireStruct:
        check_contract(request)
        torch_ready()
        return describe_runtime(device)

    return {
        "handshake": ServedOperation(OPERATIONS["handshake"], shake_hands),
        "noop": ServedOperation(OPERATIONS["noop"], noop),
        **{name: ServedOperation(OPERATIONS[name], implemented(*at)) for name, at in IMPLEMENTATIONS.items()},
    }


def noop(_request: Nothing, _context: CallContext) -> Nothing:
    """Does nothing; measures the round trip."""
    return Nothing()


def implementation(module: str, function: str) -> Callable[..., Any]:
    """The function of that name in that module of this package."""
    found: Callable[..., Any] = getattr(importlib.import_module(f"grait_runtime.{module}"), function)
    return found
