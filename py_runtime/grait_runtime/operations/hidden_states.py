"""The operation hiddenStates: what layers of a model make of a prompt's last token."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from grait_runtime.context import CallContext, tensor_ref
from grait_runtime.contract import HiddenStatesItem, HiddenStatesRequest, PlanResult
from grait_runtime.decoding.cascade_decoder import PrefixStore
from grait_runtime.decoding.choice import make_decoder
from grait_runtime.decoding.whole_decoder import whole_states
from grait_runtime.device.devices import device_memory
from grait_runtime.encoding.prompts import encode_prompts
from grait_runtime.encoding.text import not_finite, out_of_memory_failure
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.identity import model_identity
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.models.shape import model_shape
from grait_runtime.planning.batching import Batching, LaneBatch, plan_in_lanes
from grait_runtime.planning.budgets import state_limits
from grait_runtime.planning.halvings import Halvings
from grait_runtime.planning.limits import BatchLimits
from grait_runtime.planning.planned_stream import plan_result, stream_plan
from grait_runtime.planning.token_rows import TokenIds
from grait_runtime.trials.model_trial import batching_of

#: The states of one prompt: [layers, hidden size]
States = NDArray[np.float32]


def hidden_states(models: ModelRegistry, request: HiddenStatesRequest, context: CallContext) -> PlanResult:
    """Stream float32 [n, layers, hidden size], one planned batch at a time: transformers' output_hidden_states."""
    loaded = models.get(request.model)
    layers = request.layers
    if not layers:
        raise RuntimeFault("invalid_request", "layers is empty", hint="name at least one; 0 is the embeddings")
    encoded, failures = encode_prompts(loaded, request.items, context, lambda _: 0)
    size = _hidden_size(loaded, encoded, layers)
    batching = batching_of(loaded)

    def limits(sharing: bool) -> BatchLimits:
        memory = device_memory(loaded.device)
        return state_limits(model_shape(loaded), memory, request.token_budget, len(layers), shares_keys=sharing)

    plan = plan_in_lanes(encoded, [0 if ids is None else len(ids) for ids in encoded], batching, limits)
    reader = _StateReader(loaded, batching, layers, Halvings(limits(batching.shares_keys), request.halvings, context))
    batches = [batch.items for batch in plan]

    def compute(number: int, batch: Sequence[int]) -> None:
        rows = {index: ids for index in batch if (ids := encoded[index]) is not None}
        found = reader.of(rows, plan[number])
        failed = [failures[index] for index in batch if index in failures]
        failed += [
            out_of_memory_failure(request.items[index].id, len(rows[index]), loaded.device)
            for index in rows
            if index not in found
        ]
        finite = [index for index in found if np.isfinite(found[index]).all()]
        failed += [not_finite(request.items[index].id, loaded) for index in found if index not in finite]
        shape = (len(finite), len(layers), size)
        states = np.array([found[index] for index in finite], np.float32).reshape(shape)
        item = HiddenStatesItem(
            batch=number,
            ids=[request.items[index].id for index in finite],
            states=tensor_ref(states, 0),
            failures=failed,
            halvings=reader.halvings.count,
        )
        context.emit(item, [states])

    stream_plan(batches, request.completed, context, "prompts", compute)
    settings = ("hiddenStates", model_identity(loaded), batching, limits(batching.shares_keys), layers)
    return plan_result(batches, [item.id for item in request.items], encoded, *settings)


@torch.inference_mode()
def _hidden_size(loaded: LoadedModel, encoded: Sequence[TokenIds | None], layers: Sequence[int]) -> int:
    """The size of the layers' states. A model that lacks them is refused here, before anything is computed."""
    first = next((ids for ids in encoded if ids is not None), None)
    if first is None:
        return 0
    with loaded.for_inference() as module:
        return whole_states(module, first[:1], layers).shape[-1]


class _StateReader:
    """Reads the states of planned batches within the available memory."""

    def __init__(self, loaded: LoadedModel, batching: Batching, layers: Sequence[int], halvings: Halvings) -> None:
        self.halvings = halvings
        self._loaded = loaded
        self._batching = batching
        self._layers = layers
        self._prefixes = PrefixStore()

    def of(self, prompts: dict[int, TokenIds], batch: LaneBatch) -> dict[int, States]:
        """The states of each prompt; none for a prompt too large."""

        def compute(part: list[int]) -> States:
            with self._loaded.for_inference() as module, torch.inference_mode():
                decoder = make_decoder(module, batch.lane, self._batching, self._prefixes)
                states = decoder.states([prompts[index] for index in part], batch.prefix, self._layers)
                return states.cpu().numpy()

        lengths = {index: len(ids) for index, ids in prompts.items()}
        found: dict[int, States] = {}
        for part, states in self.halvings.parts(list(prompts), lengths, compute, batch.prefix, batch.limits):
            if states is not None:
                found.update(zip(part, states, strict=True))
        return {index: found[index] for index in prompts if index in found}
