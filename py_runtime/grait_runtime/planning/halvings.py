"""What a call does when memory runs out: it computes less at once, and goes on."""

from __future__ import annotations

from grait_runtime.context import CallContext
from grait_runtime.device.memory_failure import free_memory
from grait_runtime.planning.prompt_batches import PromptLimits


class Halvings:
    """How often a call has halved its limits for lack of memory. Every later batch keeps to what was found to fit.

    Batches carry the count, and a call that goes on after an interruption is given it back: so it cuts the batches that
    are left as the first call would have.
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
        """After `rows` rows that hold `tokens` tokens did not fit: as often as it takes to allow no longer so much."""
        while rows <= self.limits.max_rows and tokens <= self.limits.token_budget and self.count < 64:
            self.count += 1
        free_memory()
        if not self._warned:
            budget = self.limits.token_budget
            self._context.warn(
                f"memory ran out; going on with a token budget of {budget}. Set tokenBudget to avoid this"
            )
            self._warned = True
