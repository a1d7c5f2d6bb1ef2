"""Which function answers which operation. Nothing heavy is imported before the first call that needs it."""

from __future__ import annotations

import functools
import importlib
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from grait_runtime.context import CallContext
from grait_runtime.contract import (
    OPERATIONS,
    HandshakeRequest,
    LoadModelRequest,
    LoadModelResult,
    Nothing,
    Operation,
    UnloadModelRequest,
    WireStruct,
)
from grait_runtime.handshake import check_contract, describe_runtime

if TYPE_CHECKING:
    from grait_runtime.models import ModelRegistry

_log = logging.getLogger(__name__)

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


class ClientContext(CallContext, Protocol):
    """The context of a call that a client of the server made."""

    @property
    def client(self) -> bytes: ...


@dataclass(frozen=True)
class ServedOperation:
    """An operation's shapes and the function that answers it."""

    contract: Operation
    run: Callable[[Any, Any], WireStruct]
    #: It is answered at once, whatever others compute.
    needs_no_turn: bool = False


@dataclass(frozen=True)
class Service:
    """What a server serves, and how it clears up between clients."""

    operations: Mapping[str, ServedOperation]
    #: Clears away what the running call has in place while others compute; see turns.py.
    set_aside: Callable[[], AbstractContextManager[None]] = nullcontext
    #: Frees what a client held that is gone. Called with the turn held.
    release: Callable[[bytes], None] = lambda client: None
    #: Its loaded models; makes the registry where no call has needed it yet.
    models: Callable[[], ModelRegistry] | None = None


def runtime_service(device: str = "auto", threads: int | None = None) -> Service:
    """Every operation of the contract, sharing one ModelRegistry that the first call to need it makes."""
    made: list[ModelRegistry] = []
    handles: defaultdict[bytes, set[str]] = defaultdict(set)

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
        made.append(ModelRegistry(device))
        return made[0]

    def implemented(module: str, function: str) -> Callable[[Any, CallContext], Any]:
        def run(request: Any, context: CallContext) -> Any:
            registry = models()
            return implementation(module, function)(registry, request, context)

        return run

    def load_model(request: LoadModelRequest, context: ClientContext) -> WireStruct:
        loaded: LoadModelResult = implemented(*IMPLEMENTATIONS["loadModel"])(request, context)
        handles[context.client].add(loaded.model)
        return loaded

    def unload_model(request: UnloadModelRequest, context: ClientContext) -> WireStruct:
        handles[context.client].discard(request.model)
        done: Nothing = implemented(*IMPLEMENTATIONS["unloadModel"])(request, context)
        return done

    def release(client: bytes) -> None:
        for handle in handles.pop(client, ()):
            models().unload(handle)
            _log.info("%s was unloaded: its client is gone", handle)

    def set_aside() -> AbstractContextManager[None]:
        return made[0].set_aside() if made else nullcontext()

    def shake_hands(request: HandshakeRequest, _context: CallContext) -> WireStruct:
        check_contract(request)
        torch_ready()
        return describe_runtime(device)

    operations = {
        **{name: ServedOperation(OPERATIONS[name], implemented(*at)) for name, at in IMPLEMENTATIONS.items()},
        "handshake": ServedOperation(OPERATIONS["handshake"], shake_hands, needs_no_turn=True),
        "noop": ServedOperation(OPERATIONS["noop"], noop, needs_no_turn=True),
        "loadModel": ServedOperation(OPERATIONS["loadModel"], load_model),
        "unloadModel": ServedOperation(OPERATIONS["unloadModel"], unload_model),
    }
    return Service(operations, set_aside, release, models)


def noop(_request: Nothing, _context: CallContext) -> Nothing:
    """Does nothing; measures the round trip."""
    return Nothing()


def implementation(module: str, function: str) -> Callable[..., Any]:
    """The function of that name in that module of this package."""
    found: Callable[..., Any] = getattr(importlib.import_module(f"grait_runtime.{module}"), function)
    return found
