"""Draws tokens. A draw depends only on the distribution and (id, seed, sample, step), never on the batch."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import torch
from torch import Tensor

#: Distributions (over the vocabulary) that are in memory at once.
_ROWS_AT_ONCE = 64
#: ... on a GPU, where each look at the result costs more than the arithmetic: 2 GiB for 128,000 tokens in float32, with
#: the copies that are made of them.
_GPU_ROWS_AT_ONCE = 1024
#: Tokens per block: block sums are searched first, then the tokens within one block.
_BLOCK = 256


def uniform(id: str, seed: int, sample: int, step: int) -> float:
    """A number in [0, 1): 53 bits of the BLAKE2b hash of the arguments."""
    digest = hashlib.blake2b(f"{seed}\0{sample}\0{step}\0{id}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "little") >> 11) * 2.0**-53


def draw_tokens(
    logits: Tensor, temperature: float, uniforms: Sequence[float], row_of_draw: Sequence[int] | None = None
) -> tuple[list[int], list[float]]:
    """One token for each draw and its log-probability at temperature 1, nats.

    Draw i uses row row_of_draw[i] (ascending; default i) of `logits` [R, V]. Temperature 0 takes the most likely token.
    Otherwise the token is the inverse cumulative distribution of softmax(logits / temperature), without truncation, at
    the draw's uniform number.
    """
    rows = torch.arange(len(uniforms)) if row_of_draw is None else torch.tensor(row_of_draw, dtype=torch.long)
    tokens: list[int] = []
    logprobs: list[float] = []
    at_once = _GPU_ROWS_AT_ONCE if logits.device.type == "cuda" else _ROWS_AT_ONCE
    for start in range(0, len(logits), at_once):
        first, last = torch.searchsorted(rows, torch.tensor([start, start + at_once])).tolist()
        own = (rows[first:last] - start).to(logits.device)
        chunk = logits[start : start + at_once].float()
        if temperature == 0:
            chosen = chunk.argmax(dim=-1)[own]
        else:
            chosen = _inverse_cdf(chunk / temperature if temperature != 1 else chunk, own, uniforms[first:last])
        logprob = chunk[own, chosen] - chunk.logsumexp(dim=-1)[own]
        tokens += chosen.tolist()
        logprobs += logprob.tolist()
    return tokens, logprobs


def _inverse_cdf(logits: Tensor, rows: Tensor, uniforms: Sequence[float]) -> Tensor:
    """Find each point in two steps: first the block of tokens that contains it, then the token."""
    # Summing 10^5 probabilities in float32 would shift the draws by more than rounding; MPS has no wider type.
    wide = torch.float32 if logits.device.type == "mps" else torch.float64
    probabilities = torch.softmax(logits, dim=-1)
    missing = -probabilities.shape[1] % _BLOCK
    blocks = torch.nn.functional.pad(probabilities, (0, missing)).unflatten(1, (-1, _BLOCK))
    ends = blocks.sum(dim=-1).to(wide).cumsum(dim=-1)
    points = torch.tensor(uniforms, dtype=wide, device=logits.device)[:, None] * ends[rows, -1:]
    block = _first_beyond(ends[rows], points)
    before = torch.where(block > 0, ends[rows, (block - 1).clamp(min=0)], 0)
    within = blocks[rows, block].to(wide).cumsum(dim=-1)
    return block * _BLOCK + _first_beyond(within, points - before[:, None])


def _first_beyond(ends: Tensor, points: Tensor) -> Tensor:
    """[n]: where the cumulative sums `ends` [n, m] first exceed `points` [n, 1], or else where they last increase."""
    found = torch.searchsorted(ends, points, right=True)[:, 0]
    last_rise = torch.searchsorted(ends, ends[:, -1:].contiguous())[:, 0]
    return torch.minimum(found, last_rise)
