"""Attention of prompts that share a prefix, on a CUDA device: no copies of the prefix's keys, no padding.

The prefix is seen by all tokens of all prompts at once; each prompt's own part is one row of a packed call. The two are
merged by their normalisers (the blocks of FlashAttention, arXiv 2205.14135).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import pad

from grait_runtime.decoding.cascade_cache import KeyValues
from grait_runtime.decoding.packing import Packing
from grait_runtime.device import fast_kernels


def packed_prompt_attention(
    query: Tensor, keys: Tensor, values: Tensor, packing: Packing, prefix: KeyValues | None, scaling: float
) -> Tensor:
    """Attention of each prompt over the prefix ([Hkv, P, D]) and itself: [1, H, N, D] as `query`."""
    rows, own_keys, own_values = (part[0].transpose(0, 1).contiguous() for part in (query, keys, values))
    bounds = pad(packing.lengths.cumsum(0), (1, 0)).to(torch.int32)
    longest = packing.unpacked.numel() // len(packing.lengths)
    own, own_norm = fast_kernels.packed_attention(
        rows, own_keys, own_values, bounds, bounds, longest, longest, True, scaling
    )
    if prefix is not None:
        shared, shared_norm = _over_prefix(rows, prefix, scaling)
        own = merged(own, own_norm, shared, shared_norm)
    return own.transpose(0, 1)[None]


def merged(first: Tensor, first_norm: Tensor, second: Tensor, second_norm: Tensor) -> Tensor:
    """Attention over two sets of keys from that over each, [N, H, D], and the logs of their normalisers [N, H]."""
    share = torch.sigmoid(second_norm - first_norm)[..., None]
    return torch.lerp(first.float(), second.float(), share).to(first.dtype)


def _over_prefix(rows: Tensor, prefix: KeyValues, scaling: float) -> tuple[Tensor, Tensor]:
    """Every token over the whole prefix. The query heads of one key-value head are rows: its keys are read once."""
    tokens, heads, dim = rows.shape
    keys, values = (part.transpose(0, 1).contiguous() for part in prefix)
    length, kv_heads = keys.shape[:2]
    groups = heads // kv_heads
    grouped = rows.view(tokens, kv_heads, groups, dim).transpose(1, 2).reshape(tokens * groups, kv_heads, dim)
    query_bounds, key_bounds = (
        torch.tensor([0, count], dtype=torch.int32, device=rows.device) for count in (tokens * groups, length)
    )
    output, norm = fast_kernels.packed_attention(
        grouped, keys, values, query_bounds, key_bounds, tokens * groups, length, False, scaling
    )
    output = output.view(tokens, groups, kv_heads, dim).transpose(1, 2).reshape(tokens, heads, dim)
    return output, norm.view(tokens, groups, kv_heads).transpose(1, 2).reshape(tokens, heads)
