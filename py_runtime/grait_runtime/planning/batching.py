"""Says which rows of a model may be computed together: the lane of each prompt, from facts found by trial.

A lane is a way to compute rows. The fast ones are right for most models and most lengths; what they get wrong for a
model goes to a slower lane that is right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from grait_runtime.planning.limits import BatchLimits
from grait_runtime.planning.prompt_batches import plan_prompts
from grait_runtime.planning.token_rows import TokenIds

#: shared: keys and values of a common prefix are stored once. padded: every row has its own, short rows are padded.
#: even: as padded, but only rows of one length together. whole: every row alone, computed anew for every token.
DecoderKind = Literal["shared", "padded", "even", "whole"]


class Lane(NamedTuple):
    """How a row is computed, and on which side of the model's position border it lies."""

    decoder: DecoderKind
    #: True for rows longer than `Batching.border`: the model gives their tokens other position factors.
    beyond: bool = False


@dataclass(frozen=True)
class Batching:
    """How the rows of a model may be computed together. The values here are those of an ordinary transformer."""

    #: The cascade of shared keys and values computes the model's own attention,
    shares_keys: bool = True
    #: as long as a row has at most so many tokens (None: always); beyond, the model's layers look through a window,
    window: int | None = None
    #: and rows are computed so.
    past_window: DecoderKind = "padded"
    #: A row gives the same numbers with padding on its left, beside a longer row.
    pads_left: bool = True
    #: A row gives the same numbers with padding on its right, beside a longer row.
    pads_right: bool = True
    #: The model's own cache gives, token by token, what one pass over the row gives;
    caches: bool = True
    #: and it does if several tokens are added at once.
    caches_several: bool = True
    #: A row with more tokens than this gets other position factors, from its first token on (None: no such border).
    border: int | None = None

    def lane(self, prompt: int, total: int) -> Lane:
        """The lane of a prompt of `prompt` tokens that may grow to `total` tokens."""
        beyond = self.border is not None and total > self.border
        if not self.caches or (beyond and prompt <= (self.border or 0)):
            return Lane("whole", beyond)
        if self.window is not None and total > self.window:
            return Lane(self.past_window, beyond)
        # A prefix is shorter than its row, so it may lie on the other side of the border.
        if self.shares_keys and not beyond:
            return Lane("shared", beyond)
        return Lane("padded" if self.pads_left else "even", beyond)


@dataclass(frozen=True)
class LaneBatch:
    """A planned batch, and how it is computed."""

    items: list[int]
    prefix: int
    lane: Lane
    limits: BatchLimits


def plan_in_lanes(
    prompts: Sequence[TokenIds | None], totals: Sequence[int], batching: Batching, limits: Callable[[bool], BatchLimits]
) -> list[LaneBatch]:
    """Plan batches of prompts that share a lane, one lane after the other in order of their first prompt.

    `totals` are the most tokens that each row may grow to; `limits(shares keys)` are the limits of a batch. Items
    without tokens (None: they failed) go with the first lane.
    """
    lanes: dict[Lane, list[int]] = {}
    for index, (prompt, total) in enumerate(zip(prompts, totals, strict=True)):
        if prompt is not None:
            lanes.setdefault(batching.lane(len(prompt), total), []).append(index)
    failed = [index for index, prompt in enumerate(prompts) if prompt is None]
    if failed:
        first = next(iter(lanes), Lane("padded"))
        lanes[first] = sorted([*lanes.get(first, []), *failed])
    return [
        LaneBatch([members[place] for place in batch.items], batch.prefix, lane, lane_limits)
        for lane, members in lanes.items()
        for lane_limits in [_limits_of(lane, limits)]
        for batch in plan_prompts([prompts[index] for index in members], lane_limits)
    ]


def _limits_of(lane: Lane, limits: Callable[[bool], BatchLimits]) -> BatchLimits:
    """The limits of a batch of this lane."""
    return replace(limits(lane.decoder == "shared"), even=lane.decoder == "even")
