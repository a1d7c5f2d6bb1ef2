"""Limits on what is computed at once, and how they shrink when memory runs out."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class BatchLimits:
    """Limits on what is computed at once. Each of `samples` rows adds `new_tokens` to a prompt; 0: nothing is kept."""

    token_budget: int
    max_rows: int
    window: int
    samples: int = 1
    new_tokens: int = 0
    #: A batch may hold this many times what is computed at once; the rest waits in its queue.
    queue: int = 1
    #: False: every sample holds the whole prompt, and prefixes are not shared (PlainDecoder).
    shares_keys: bool = True
    #: True: only prompts of one length are computed together.
    even: bool = False
    #: Rows of more tokens than this are not computed together with shorter ones (see Batching.border).
    border: int | None = None

    def tokens(self, prompts: int, rows: int, longest: int, prefix: int) -> int:
        """Tokens held at once by `prompts` prompts of at most `longest` tokens and `rows` rows that continue them."""
        if not self.shares_keys:
            return rows * (longest + self.new_tokens)
        return prefix + prompts * (longest - prefix) + rows * self.new_tokens

    def apart(self, shorter: int, longer: int) -> bool:
        """Whether rows of these lengths, in ascending order, may not be computed together."""
        return (self.even and shorter != longer) or (self.border is not None and shorter <= self.border < longer)

    def halved(self, halvings: int) -> BatchLimits:
        """Both limits after running out of memory `halvings` times; a quarter of them for 2."""
        return replace(
            self, token_budget=max(1, self.token_budget >> halvings), max_rows=max(1, self.max_rows >> halvings)
        )
