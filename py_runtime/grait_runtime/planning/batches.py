"""Cuts the whole input into batches, once: a pure function of lengths and limits.

The planned batch is the unit of resume and retry. Results depend on the shape of a batch, so the plan must never
depend on what ran before, on what is already done, or on the memory that happens to be free.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from grait_runtime.device.device_memory import DeviceMemory

_GIB = 1 << 30


def plan_batches(
    lengths: Sequence[int], *, token_budget: int, max_rows: int, window: int, border: int | None = None
) -> list[list[int]]:
    """Batches of indices into `lengths`.

    Each window of `window` consecutive items is sorted by length (stable) and cut so that rows x longest <=
    `token_budget` and rows <= `max_rows`. An item longer than the budget is a batch of its own. Items longer than
    `border` are not put together with shorter ones.
    """
    if min(token_budget, max_rows, window) < 1:
        raise ValueError("token_budget, max_rows and window must be at least 1")
    batches: list[list[int]] = []
    for start in range(0, len(lengths), window):
        order = sorted(range(start, min(start + window, len(lengths))), key=lambda index: lengths[index])
        batch: list[int] = []
        for index in order:
            crosses = bool(batch) and border is not None and lengths[batch[-1]] <= border < lengths[index]
            if batch and (crosses or len(batch) >= max_rows or (len(batch) + 1) * lengths[index] > token_budget):
                batches.append(batch)
                batch = []
            batch.append(index)
        batches.append(batch)
    return batches


def plan_hash(batches: Sequence[Sequence[int]], *extra: str) -> str:
    """SHA-256 (hex) of a plan and everything else (ids, settings) that must not change in a resumed run."""
    digest = hashlib.sha256()
    for batch in batches:
        digest.update((",".join(map(str, batch)) + ";").encode())
    for text in extra:
        encoded = text.encode()
        digest.update(len(encoded).to_bytes(8, "little") + encoded)
    return digest.hexdigest()


def default_token_budget(memory: DeviceMemory, bytes_per_token: int, *, ceiling: int = 65_536) -> int:
    """Tokens per batch, from the machine's total memory: the same on every machine of a kind.

    On a CPU, a batch gets min(1 GiB, 1/8 of the main memory that this process may use); on a GPU, 1/4 of the GPU's
    memory. `bytes_per_token` is what one token of the batch keeps in memory (key-values, activations).
    """
    total = _rounded_down(memory.total_bytes)
    share = total // 4 if memory.kind == "cuda" else min(_GIB, total // 8)
    return max(256, min(ceiling, share // max(1, bytes_per_token)))


def _rounded_down(total_bytes: int) -> int:
    """Round down to a power of two: machines of a kind differ by the memory that the firmware reserves."""
    return 1 << max(0, total_bytes.bit_length() - 1)
