"""Walks through a plan: what every streaming operation has in common."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
import torch

from grait_runtime.context import CallContext
from grait_runtime.contract import Failure, PlanResult, Prompt
from grait_runtime.encoding import InvalidItem, encode_prompt, too_long
from grait_runtime.errors import RuntimeFault
from grait_runtime.models import LoadedModel
from grait_runtime.planning import plan_hash
from grait_runtime.token_rows import TokenIds


def encode_prompts(
    loaded: LoadedModel, items: Sequence[Prompt], context: CallContext, room: Callable[[int], int]
) -> tuple[list[TokenIds | None], dict[int, Failure]]:
    """Token ids of every prompt, and the Failures of those that have none or leave no `room(index)` for an answer."""
    encoded: list[TokenIds | None] = []
    failures: dict[int, Failure] = {}
    for index, item in enumerate(items):
        if index % 256 == 0:
            context.check_cancelled()
        ids: TokenIds | None = None
        try:
            ids = np.array(encode_prompt(loaded, item), dtype=np.int32)
            needed = len(ids) + room(index)
            if needed > loaded.context_length:
                failures[index] = too_long(item.id, needed, loaded.context_length)
        except InvalidItem as error:
            failures[index] = Failure(id=item.id, code="invalid_item", message=error.reason)
        encoded.append(None if index in failures else ids)
    return encoded, failures


def stream_plan(
    batches: Sequence[Sequence[int]],
    completed: Sequence[int],
    context: CallContext,
    unit: str,
    compute: Callable[[int, Sequence[int]], None],
) -> None:
    """Call `compute(batch number, indices)` for every batch that is not completed; progress counts items."""
    skipped = frozenset(completed)
    unknown = [batch for batch in skipped if batch >= len(batches)]
    if unknown:
        message = f"completed names batch {min(unknown)}, but the plan has {len(batches)}"
        raise RuntimeFault("invalid_request", message, hint="the input or the settings changed since; start afresh")
    total = sum(len(batch) for batch in batches)
    done = sum(len(batches[batch]) for batch in skipped)
    context.progress(done, total, unit)
    for number, batch in enumerate(batches):
        if number in skipped:
            continue
        context.check_cancelled()
        try:
            compute(number, batch)
        except (torch.OutOfMemoryError, MemoryError) as error:
            raise RuntimeFault(
                "out_of_memory",
                f"batch {number} of {len(batch)} {unit} does not fit the memory",
                hint="set a smaller tokenBudget",
                details={"batch": number},
            ) from error
        done += len(batch)
        context.progress(done, total, unit)


def plan_result(
    batches: Sequence[Sequence[int]], ids: Sequence[str], encoded: Sequence[TokenIds | None], *settings: object
) -> PlanResult:
    """The plan's hash covers what was asked: order, ids, tokens and settings."""
    tokens = hashlib.sha256()
    for item in encoded:
        tokens.update(b"-" if item is None else len(item).to_bytes(8, "little") + item.tobytes())
    extra = [repr(settings), tokens.hexdigest(), *ids]
    return PlanResult(plan=plan_hash(batches, *extra), batches=len(batches))
