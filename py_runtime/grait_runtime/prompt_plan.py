"""Batches of prompts that share as much of their beginning as possible, and are otherwise of like length.

Few-shot prompts of one subject begin with the same hundreds of tokens; computed together, those are computed once.
Like `plan_batches`, a pure function of its arguments.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from grait_runtime.token_rows import TokenIds, common_prefix_length

#: What one more batch costs, in prompt tokens: prefixes shorter than that are not worth a batch of their own.
_BATCH_COST = 256


@dataclass(frozen=True)
class PromptLimits:
    """Limits of a batch. `new_tokens` is what each of `samples` rows adds to a prompt; 0 where nothing is kept."""

    token_budget: int
    max_rows: int
    window: int
    samples: int = 1
    new_tokens: int = 0
    #: False: every sample holds the whole prompt, and prefixes are not shared (PlainDecoder).
    shares_keys: bool = True

    def tokens(self, prompts: int, longest: int, shared: int) -> int:
        """Tokens held at once by a batch of `prompts`."""
        if not self.shares_keys:
            return prompts * self.samples * (longest + self.new_tokens)
        return shared + prompts * (longest - shared + self.samples * self.new_tokens)


def plan_prompts(prompts: Sequence[TokenIds | None], limits: PromptLimits) -> list[list[int]]:
    """Batches of indices, windows of consecutive items one after the other.

    Items without tokens (None: they failed) go with the first batch of their window.
    """
    batches: list[list[int]] = []
    for start in range(0, len(prompts), limits.window):
        within = range(start, min(start + limits.window, len(prompts)))
        failed = [index for index in within if prompts[index] is None]
        tokens = {index: ids for index in within if (ids := prompts[index]) is not None}
        groups = _prefix_groups(tokens) if limits.shares_keys else [list(tokens)]
        planned = [batch for group in groups for batch in _cut(group, tokens, limits)]
        if failed:
            planned[:1] = [failed + (planned[0] if planned else [])]
        batches += planned
    return batches


def _cut(group: list[int], tokens: dict[int, TokenIds], limits: PromptLimits) -> list[list[int]]:
    """By length (ties: input order), as many as the limits allow."""
    if not group:
        return []
    shared = common_prefix_length([tokens[index] for index in group])
    batches: list[list[int]] = [[]]
    for index in sorted(group, key=lambda index: (len(tokens[index]), index)):
        rows = len(batches[-1]) + 1
        full = rows * limits.samples > limits.max_rows
        if batches[-1] and (full or limits.tokens(rows, len(tokens[index]), shared) > limits.token_budget):
            batches.append([])
        batches[-1].append(index)
    return batches


def _prefix_groups(tokens: dict[int, TokenIds]) -> list[list[int]]:
    """Split where the tokens saved by longer shared prefixes outweigh the cost of more batches."""
    if not tokens:
        return []
    # Big-endian bytes compare as the tokens do: neighbours share the longest prefixes.
    order = sorted(tokens, key=lambda index: (tokens[index].astype(">i4").tobytes(), index))
    shared = [common_prefix_length([tokens[a], tokens[b]]) for a, b in itertools.pairwise(order)]
    _, ends = _cheapest(shared, 0, len(order), {index: len(tokens[item]) for index, item in enumerate(order)})
    groups = [order[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    return sorted((sorted(group) for group in groups), key=lambda group: group[0])


def _cheapest(shared: list[int], start: int, end: int, lengths: dict[int, int]) -> tuple[int, list[int]]:
    """Least tokens to compute items start..end-1, and where each of their groups ends.

    `shared[i]` is the common prefix of items i and i+1. A group of r items with prefix p costs p + sum(length - p).
    """
    if end - start == 1:
        return lengths[start], [end]
    prefix = min(shared[start : end - 1])
    together = sum(lengths[index] for index in range(start, end)) - (end - start - 1) * prefix
    bounds = [start, *(index + 1 for index in range(start, end - 1) if shared[index] == prefix), end]
    apart, ends = _BATCH_COST * (len(bounds) - 2), []
    for left, right in itertools.pairwise(bounds):
        cost, within = _cheapest(shared, left, right, lengths)
        apart += cost
        ends += within
    return (apart, ends) if apart < together else (together, [end])
