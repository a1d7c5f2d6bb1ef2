"""Lets a call continue when memory runs out: it computes less at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from grait_runtime.context import CallContext
from grait_runtime.device.memory_failure import free_memory, is_out_of_memory
from grait_runtime.planning.limits import BatchLimits
from grait_runtime.planning.prompt_batches import cut_prompts

Result = TypeVar("Result")


class Halvings:
    """Counts how often a call has halved its limits because memory ran out. All later work keeps the lower limits.

    Batches and checkpoints carry the count, and a resumed call gets it back, so it cuts the remaining work as the first
    call would have.
    """

    def __init__(
        self, limits: BatchLimits, count: int, context: CallContext, advice: str = "Set tokenBudget to avoid this"
    ) -> None:
        self._whole = limits
        self._context = context
        self._advice = advice
        self.count = count
        self._warned = count > 0

    @property
    def limits(self) -> BatchLimits:
        """What is computed at once from now on."""
        return self.of(self._whole)

    def of(self, whole: BatchLimits) -> BatchLimits:
        """What is left of the limits `whole` after the halvings so far."""
        return whole.halved(self.count)

    def parts(
        self,
        items: Sequence[int],
        lengths: Mapping[int, int],
        compute: Callable[[list[int]], Result],
        prefix: int = 0,
        whole: BatchLimits | None = None,
    ) -> Iterator[tuple[list[int], Result | None]]:
        """Compute `items`, of these numbers of tokens, in parts that fit the memory; yield each part and its result.

        A part that runs out of memory is cut smaller. The result is None for an item that does not fit even alone.
        `whole`: the limits of this batch before any halving, where they are not those of the call.
        """
        left = list(items)
        while left:
            limits = self.of(whole or self._whole)
            part = cut_prompts(left, [lengths[item] for item in left], prefix, limits)[0]
            result = _unless_memory_runs_out(compute, part)
            if result is None and len(part) > 1:
                longest = max(lengths[item] for item in part)
                self.halve(len(part), limits.tokens(len(part), len(part), longest, prefix))
                continue
            if result is None:
                free_memory()
            yield part, result
            done = set(part)
            left = [item for item in left if item not in done]

    def halve(self, rows: int, tokens: int) -> None:
        """Halve the limits until they no longer allow `rows` rows with `tokens` tokens, which did not fit."""
        while rows <= self.limits.max_rows and tokens <= self.limits.token_budget and self.count < 64:
            self.count += 1
        free_memory()
        if not self._warned:
            budget = self.limits.token_budget
            self._context.warn(f"memory ran out; continuing with a token budget of {budget}. {self._advice}")
            self._warned = True


def _unless_memory_runs_out(compute: Callable[[list[int]], Result], part: list[int]) -> Result | None:
    """The result for a part; None if memory ran out. What the failed computation held is free when this returns."""
    try:
        return compute(part)
    except Exception as error:
        if not is_out_of_memory(error):
            raise
    return None
