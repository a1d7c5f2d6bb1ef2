"""Runs a plan batch by batch: the part that all streaming operations share."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from grait_runtime.context import CallContext
from grait_runtime.contract import PlanResult
from grait_runtime.device.memory_failure import is_out_of_memory
from grait_runtime.errors import RuntimeFault
from grait_runtime.planning.batches import plan_hash
from grait_runtime.planning.token_rows import TokenIds


def stream_plan(
    batches: Sequence[Sequence[int]],
    completed: Sequence[int],
    context: CallContext,
    unit: str,
    compute: Callable[[int, Sequence[int]], None],
) -> None:
    """Call `compute(batch number, indices)` for every batch not yet completed; progress counts items."""
    skipped = frozenset(completed)
    unknown = [batch for batch in skipped if batch >= len(batches)]
    if unknown:
        message = f"completed lists batch {min(unknown)}, but the plan has {len(batches)} batches"
        raise RuntimeFault(
            "invalid_request",
            message,
            hint="the input or the settings have changed; start again",
            details={"unknownBatch": min(unknown)},
        )
    total = sum(len(batch) for batch in batches)
    done = sum(len(batches[batch]) for batch in skipped)
    context.progress(done, total, unit)
    for number, batch in enumerate(batches):
        if number in skipped:
            continue
        context.check_cancelled()
        try:
            compute(number, batch)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
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
    """The result of a plan. Its hash covers whatever decides the bytes: order, ids, tokens and `settings`.

    These hold the request's settings, the limits of a batch and the identity of the computation (see models/identity).
    """
    tokens = hashlib.sha256()
    for item in encoded:
        tokens.update(b"-" if item is None else len(item).to_bytes(8, "little") + item.tobytes())
    extra = [repr(settings), tokens.hexdigest(), *ids]
    return PlanResult(plan=plan_hash(batches, *extra), batches=len(batches))
