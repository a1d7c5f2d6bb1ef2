"""Plans batches of prompts that share as much of their beginning as possible and have similar lengths.

Few-shot prompts of one subject begin with the same hundreds of tokens. They are planned one after the other under one
prefix, which is then computed once for all. Like `plan_batches`, the plan is a pure function of its arguments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grait_runtime.planning.limits import BatchLimits
from grait_runtime.planning.prefix_groups import prefix_groups
from grait_runtime.planning.token_rows import TokenIds


@dataclass(frozen=True)
class PromptBatch:
    """A planned batch: indices of items. All items with tokens begin with the same `prefix` tokens."""

    items: list[int]
    prefix: int


def plan_prompts(prompts: Sequence[TokenIds | None], limits: BatchLimits) -> list[PromptBatch]:
    """Plan batches, one window of consecutive items after the other.

    Items without tokens (None: they failed) go into the first batch of their window.
    """
    batches: list[PromptBatch] = []
    for start in range(0, len(prompts), limits.window):
        within = range(start, min(start + limits.window, len(prompts)))
        failed = [index for index in within if prompts[index] is None]
        tokens = {index: ids for index in within if (ids := prompts[index]) is not None}
        groups = prefix_groups(tokens) if limits.shares_keys else [(list(tokens), 0)]
        planned = [
            PromptBatch(items, prefix)
            for group, prefix in groups
            for items in cut_prompts(group, [len(tokens[index]) for index in group], prefix, limits)
        ]
        if failed:
            first = planned[0] if planned else PromptBatch([], 0)
            planned[:1] = [PromptBatch(failed + first.items, first.prefix)]
        batches += planned
    return batches


def cut_prompts(items: Sequence[int], lengths: Sequence[int], prefix: int, limits: BatchLimits) -> list[list[int]]:
    """Cut `items`, sorted by length (stable), into parts as large as the limits allow, at least one item each.

    A part holds no two items that the limits keep apart.
    """
    batches: list[list[int]] = []
    last = 0
    for place in np.argsort(lengths, kind="stable"):
        count = len(batches[-1]) + 1 if batches else 0
        rows = count * limits.samples
        held = limits.tokens(count, rows, lengths[place], prefix)
        apart = count > 0 and limits.apart(last, lengths[place])
        if not count or apart or rows > limits.queue * limits.max_rows or held > limits.queue * limits.token_budget:
            batches.append([])
        batches[-1].append(items[place])
        last = lengths[place]
    return batches
