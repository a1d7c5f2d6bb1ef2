"""Draws tokens. A draw depends only on the distribution and on (id, seed, sample, step), never on the batch."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import torch
from torch import Tensor

#: Rows whose distributions (float64 over the vocabulary) are in memory at once.
_ROWS_AT_ONCE = 64


def uniform(id: str, seed: int, sample: int, step: int) -> float:
    """A number in [0, 1), 53 bits of BLAKE2b of its arguments."""
    digest = hashlib.blake2b(f"{seed}\0{sample}\0{step}\0{id}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "little") >> 11) * 2.0**-53


def draw_tokens(logits: Tensor, temperature: float, uniforms: Sequence[float]) -> tuple[list[int], list[float]]:
    """One token for each row of `logits` [R, V] and its log-probability at temperature 1, nats.

    Temperature 0 takes the most likely; else the inverse of the cumulative distribution of softmax(logits /
    temperature) at the row's uniform, with nothing cut off.
    """
    tokens: list[int] = []
    logprobs: list[float] = []
    for start in range(0, len(logits), _ROWS_AT_ONCE):
        rows = logits[start : start + _ROWS_AT_ONCE].float()
        if temperature == 0:
            chosen = rows.argmax(dim=-1)
        else:
            chosen = _inverse_cdf(rows / temperature, uniforms[start : start + _ROWS_AT_ONCE])
        logprob = rows.gather(1, chosen[:, None])[:, 0] - rows.logsumexp(dim=-1)
        tokens += chosen.tolist()
        logprobs += logprob.tolist()
    return tokens, logprobs


def _inverse_cdf(logits: Tensor, uniforms: Sequence[float]) -> Tensor:
    # Summing 10^5 probabilities in float32 would shift the draws by more than rounding; MPS has nothing wider.
    wide = torch.float32 if logits.device.type == "mps" else torch.float64
    cumulative = torch.softmax(logits, dim=-1).to(wide).cumsum(dim=-1)
    targets = torch.tensor(uniforms, dtype=wide, device=logits.device)[:, None] * cumulative[:, -1:]
    chosen = torch.searchsorted(cumulative, targets, right=True)[:, 0]
    return chosen.clamp(max=logits.shape[-1] - 1)
