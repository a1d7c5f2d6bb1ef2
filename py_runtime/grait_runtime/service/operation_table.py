"""Maps operations to the functions that answer them. Imports heavy libraries only at the first call that needs them."""

from __future__ import annotations

import functools
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
from grait_runtime.device.environment import prepare_environment
from grait_runtime.service.handshake import check_contract, describe_runtime

if TYPE_CHECKING:
    from grait_runtime.models.registry import ModelRegistry

_log = logging.getLogger(__name__)

#: (models, request, context) -> result
Implementation = Callable[["ModelRegistry", Any, CallContext], WireStruct]

#: Operations that need no model and none of the libraries for models.
_LIGHT = ("handshake", "noop")


class ClientContext(CallContext, Protocol):
    """The context of a call from one of the server's clients."""

    @property
    def client(self) -> bytes: ...


@dataclass(frozen=True)
class ServedOperation:
    """An operation's shapes and the function that answers it."""

    contract: Operation
    run: Callable[[Any, Any], WireStruct]
    #: Answered at once, whatever other calls compute.
    needs_no_lease: bool = False


@dataclass(frozen=True)
class Service:
    """What a server serves, and how it cleans up between clients."""

    operations: Mapping[str, ServedOperation]
    #: Puts aside the running call's changes to the models while others compute; see wire/leases.py.
    set_aside: Callable[[], AbstractContextManager[None]] = nullcontext
    #: Frees what a disconnected client held. Called with the lease held.
    release: Callable[[bytes], None] = lambda client: None
    #: Returns the loaded models; creates the registry if no call has needed it yet.
    models: Callable[[], ModelRegistry] | None = None


def runtime_service(device: str = "auto", threads: int | None = None) -> Service:
    """The service of all operations. They share one ModelRegistry, created by the first call that needs it."""
    prepare_environment()
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
        from grait_runtime.models.registry import ModelRegistry
        from grait_runtime.service.logs import adopt_transformers_logging

        adopt_transformers_logging()
        made.append(ModelRegistry(device))
        return made[0]

    def implemented(operation: str) -> Callable[[Any, CallContext], WireStruct]:
        def run(request: Any, context: CallContext) -> WireStruct:
            registry = models()
            return implementation(operation)(registry, request, context)

        return run

    def load_model(request: LoadModelRequest, context: ClientContext) -> WireStruct:
        loaded = implemented("loadModel")(request, context)
        assert isinstance(loaded, LoadModelResult)
        handles[context.client].add(loaded.model)
        return loaded

    def unload_model(request: UnloadModelRequest, context: ClientContext) -> WireStruct:
        handles[context.client].discard(request.model)
        return implemented("unloadModel")(request, context)

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
        **{name: ServedOperation(OPERATIONS[name], implemented(name)) for name in OPERATIONS if name not in _LIGHT},
        "handshake": ServedOperation(OPERATIONS["handshake"], shake_hands, needs_no_lease=True),
        "noop": ServedOperation(OPERATIONS["noop"], noop, needs_no_lease=True),
        "loadModel": ServedOperation(OPERATIONS["loadModel"], load_model),
        "unloadModel": ServedOperation(OPERATIONS["unloadModel"], unload_model),
    }
    return Service(operations, set_aside, release, models)


def noop(_request: Nothing, _context: CallContext) -> Nothing:
    """Do nothing; measures the round trip."""
    return Nothing()


def implementation(operation: str) -> Implementation:
    """The function that answers an operation on models; imported at its first use."""
    match operation:
        case "loadModel":
            from grait_runtime.operations.load_model import load_model

            return load_model
        case "unloadModel":
            from grait_runtime.operations.unload_model import unload_model

            return unload_model
        case "countTokens":
            from grait_runtime.operations.count_tokens import count_tokens

            return count_tokens
        case "renderPrompts":
            from grait_runtime.operations.render_prompts import render_prompts

            return render_prompts
        case "scoreOptions":
            from grait_runtime.operations.score_options import score_options

            return score_options
        case "hiddenStates":
            from grait_runtime.operations.hidden_states import hidden_states

            return hidden_states
        case "generate":
            from grait_runtime.operations.generate import generate

            return generate
        case "embed":
            from grait_runtime.operations.embed import embed

            return embed
        case "trainLora":
            from grait_runtime.operations.train_lora import train_lora

            return train_lora
        case "gradientFeatures":
            from grait_runtime.operations.gradient_features import gradient_features

            return gradient_features
        case "mergeAdapter":
            from grait_runtime.operations.merge_adapter import merge_adapter

            return merge_adapter
    raise KeyError(operation)
