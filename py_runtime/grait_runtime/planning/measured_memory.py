"""Sets the tokens of one pass from what two passes were seen to need: fixed bytes, and bytes for each token."""

from __future__ import annotations

from typing import NamedTuple

#: Share of a device's memory that is left to the driver, to the libraries' workspaces, and to what lies between blocks.
_RESERVED_SHARE = 0.08
#: What does not grow with the tokens of a pass but with its rows, and has a limit of its own: gradients of samples.
_RESERVED_BYTES = 1 << 30
#: A budget is a power of two times one of these quarters, so that small differences of a measurement make none.
_QUARTERS = (7, 6, 5, 4)


class PassMemory(NamedTuple):
    """Memory of a pass of n tokens: `fixed` + n * `per_token` bytes."""

    fixed: float
    per_token: float


def pass_memory(small: tuple[int, int], large: tuple[int, int]) -> PassMemory | None:
    """The line through two measurements (tokens, bytes); None if it does not rise: then they say nothing."""
    (tokens, low), (more_tokens, high) = small, large
    if more_tokens <= tokens or high <= low:
        return None
    per_token = (high - low) / (more_tokens - tokens)
    return PassMemory(max(0.0, low - tokens * per_token), per_token)


def measured_token_budget(memory: PassMemory, *, total: int, held: int, ceiling: int) -> int:
    """Tokens of a pass beside `held` bytes of weights on a device of `total` bytes; rounded down, coarsely."""
    room = total * (1 - _RESERVED_SHARE) - _RESERVED_BYTES - held - memory.fixed
    return coarse(max(1, min(ceiling, int(room / memory.per_token))))


def coarse(tokens: int) -> int:
    """The largest 2^k * (4, 5, 6 or 7) / 4 that is not above `tokens`."""
    if tokens < _QUARTERS[-1]:
        return tokens
    shift = tokens.bit_length() - 3
    return next(quarter << shift for quarter in _QUARTERS if quarter << shift <= tokens)
