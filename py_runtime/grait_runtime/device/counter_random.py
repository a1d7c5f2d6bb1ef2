"""Random words from a counter: word i of a stream is a hash of (stream, i), the same on every device, in any order.

SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014): the output function
over a Weyl sequence. It uses 64-bit integers that wrap around, as PyTorch's do on both CPU and GPU.
"""

from __future__ import annotations

import hashlib

import torch
from torch import Tensor

_GAMMA = 0x9E3779B97F4A7C15
_MIX1 = 0xBF58476D1CE4E5B9
_MIX2 = 0x94D049BB133111EB


def stream_key(name: str, seed: int, purpose: str) -> int:
    """A 64-bit key for one parameter's stream for `purpose`."""
    text = f"{purpose}\0{seed}\0{name}".encode()
    return _signed(int.from_bytes(hashlib.sha256(text).digest()[:8], "little"))


def words_at(key: int, counters: Tensor) -> Tensor:
    """64 random bits for each counter: int64, in the shape of `counters` (int64)."""
    mixed = (counters + 1) * _signed(_GAMMA) + key
    mixed = (mixed ^ _shifted(mixed, 30)) * _signed(_MIX1)
    mixed = (mixed ^ _shifted(mixed, 27)) * _signed(_MIX2)
    return mixed ^ _shifted(mixed, 31)


def below(words: Tensor, limit: int) -> Tensor:
    """Random int64 in [0, limit), limit < 2^31, from the upper 32 bits of `words` (Lemire's multiply-shift)."""
    return (_shifted(words, 32) * limit) >> 32


def signs(words: Tensor) -> Tensor:
    """Random signs, float32 +1 or -1, from the lowest bit of `words`."""
    return 1.0 - 2.0 * (words & 1).to(torch.float32)


def _shifted(words: Tensor, bits: int) -> Tensor:
    """Logical right shift; PyTorch's own shift keeps the sign."""
    return (words >> bits) & ((1 << (64 - bits)) - 1)


def _signed(word: int) -> int:
    return word - (1 << 64) if word >= 1 << 63 else word
