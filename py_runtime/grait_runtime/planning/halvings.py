"""Lets a call continue when memory runs out: it computes less at once."""

from __future__ import annotations

from grait_runtime.context import CallContext
from grait_runtime.device.memory_failure import free_memory
from grait_runtime.planning.prompt_batches import PromptLimits


class Halvings:
    """Counts how often a call has halved its limits because memory ran out. All later batches keep the lower limits.

    Batches carry the count, and a resumed call gets it back, so it cuts the remaining batches as the first call would
    have.
    """

    def __init__(self, limits: PromptLimits, count: int, context: CallContext) -> None:
        self._whole = limits
        self._context = context
        self.count = count
        self._warned = count > 0

    @property
    def limits(self) -> PromptLimits:
        """What is computed at once from now on."""
        return self._whole.halved(self.count)

    def halve(self, rows: int, tokens: int) -> None:
        """Halve the limits until they no longer allow `rows` rows with `tokens` tokens, which did not fit."""
        while rows <= self.limits.max_rows and tokens <= self.limits.token_budget and self.count < 64:
            self.count += 1
        free_memory()
        if not self._warned:
            budget = self.limits.token_budget
            self._context.warn(
                f"memory ran out; continuing with a token budget of {budget}. Set tokenBudget to avoid this"
            )
            self._warned = True
