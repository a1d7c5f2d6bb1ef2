"""The attention of prompts on a CUDA device, with its kernel written out, is ordinary causal attention."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from grait_runtime.decoding import cascade_attention
from grait_runtime.decoding.cascade_attention import prompt_attention
from grait_runtime.decoding.packed_prompts import merged, packed_prompt_attention
from grait_runtime.decoding.packing import Packing
from grait_runtime.decoding.score_form import ScoreForm
from grait_runtime.device import fast_kernels
from grait_runtime.device.fast_kernels import (
    adam_direction,
    why_no_fused_adam,
    why_no_packed_attention,
    why_no_wide_products,
)

HEADS, KV_HEADS, DIM = 6, 2, 8
LENGTHS = [5, 1, 9]
CPU = torch.device("cpu")


def written_out(
    query: Tensor, keys: Tensor, values: Tensor, starts: Tensor, key_starts: Tensor, *rest: object
) -> tuple[Tensor, Tensor]:
    """What FlashAttention computes, row by row, by the definition: outputs and logs of normalisers."""
    causal, scaling = bool(rest[2]), float(str(rest[3]))
    groups = query.shape[1] // keys.shape[1]
    outputs, norms = [], []
    for row in range(len(starts) - 1):
        own = query[int(starts[row]) : int(starts[row + 1])]
        part = slice(int(key_starts[row]), int(key_starts[row + 1]))
        seen, read = (side[part].repeat_interleave(groups, dim=1) for side in (keys, values))
        scores = torch.einsum("nhd,mhd->hnm", own, seen) * scaling
        if causal:
            scores = scores.masked_fill(torch.ones(scores.shape[1:], dtype=torch.bool).triu(1), float("-inf"))
        norms.append(scores.logsumexp(-1).T)
        outputs.append(torch.einsum("hnm,mhd->nhd", scores.softmax(-1), read))
    return torch.cat(outputs), torch.cat(norms)


def whole(query: Tensor, keys: Tensor, values: Tensor, prefix: tuple[Tensor, Tensor] | None, scaling: float) -> Tensor:
    """Every prompt alone: one softmax over the prefix and its own tokens up to each."""
    groups = HEADS // KV_HEADS
    found, start = [], 0
    for length in LENGTHS:
        part = slice(start, start + length)
        start += length
        seen, read = keys[0, :, part], values[0, :, part]
        if prefix is not None:
            seen, read = torch.cat([prefix[0], seen], dim=1), torch.cat([prefix[1], read], dim=1)
        seen, read = (side.repeat_interleave(groups, dim=0) for side in (seen, read))
        scores = query[0, :, part] @ seen.transpose(1, 2) * scaling
        hidden = torch.ones(scores.shape[1:], dtype=torch.bool).triu(scores.shape[2] - length + 1)
        found.append(scores.masked_fill(hidden, float("-inf")).softmax(-1) @ read)
    return torch.cat(found, dim=1)[None]


@pytest.fixture
def parts() -> tuple[Tensor, Tensor, Tensor]:
    torch.manual_seed(3)
    tokens = sum(LENGTHS)
    query, keys, values = (torch.randn(1, heads, tokens, DIM) for heads in (HEADS, KV_HEADS, KV_HEADS))
    return query, keys, values


@pytest.mark.parametrize("length", [None, 1, 7])
def test_prefix_and_own_part_are_merged_to_whole_attention(
    parts: tuple[Tensor, Tensor, Tensor], length: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fast_kernels, "packed_attention", written_out)
    prefix = None if length is None else (torch.randn(KV_HEADS, length, DIM), torch.randn(KV_HEADS, length, DIM))
    found = packed_prompt_attention(*parts, Packing.of(LENGTHS, CPU), prefix, 0.3)
    torch.testing.assert_close(found, whole(*parts, prefix, 0.3), rtol=1e-5, atol=1e-6)
    # ... which is what the other device's path computes.
    other = prompt_attention(*parts, Packing.of(LENGTHS, CPU), prefix, ScoreForm(0.3))
    torch.testing.assert_close(found, other, rtol=1e-5, atol=1e-6)


def test_prompts_take_the_packed_path_where_there_is_the_kernel_and_no_cap(
    parts: tuple[Tensor, Tensor, Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def counted(query: Tensor, *rest: Tensor) -> tuple[Tensor, Tensor]:
        calls.append(len(query))
        return written_out(query, *rest)

    monkeypatch.setattr(fast_kernels, "packed_attention", counted)
    monkeypatch.setattr(cascade_attention, "why_no_packed_attention", lambda *_: None)
    prefix = (torch.randn(KV_HEADS, 7, DIM), torch.randn(KV_HEADS, 7, DIM))
    packing = Packing.of(LENGTHS, CPU)
    prompt_attention(*parts, packing, prefix, ScoreForm(0.3, cap=5.0))
    assert calls == []
    prompt_attention(*parts, packing, prefix, ScoreForm(0.3))
    assert calls == [sum(LENGTHS), sum(LENGTHS) * HEADS // KV_HEADS]


def test_a_part_far_below_the_other_counts_for_nothing() -> None:
    first, second = torch.randn(2, 1, 4), torch.randn(2, 1, 4)
    low, high = torch.full((2, 1), -500.0), torch.full((2, 1), 500.0)
    assert torch.equal(merged(first, high, second, low), first)
    assert torch.equal(merged(first, low, second, high), second)


def test_a_device_without_the_kernels_says_why() -> None:
    why = (
        why_no_wide_products(CPU, torch.bfloat16),
        why_no_packed_attention(CPU, torch.bfloat16, 64),
        why_no_fused_adam(CPU),
    )
    assert all(reason is not None and "cpu" in reason for reason in why)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_the_kernels_of_a_gpu_compute_what_is_written_out(dtype: torch.dtype) -> None:
    cuda = torch.device("cuda")
    assert why_no_wide_products(cuda, dtype) is None
    assert why_no_packed_attention(cuda, dtype, 64) is None
    assert why_no_fused_adam(cuda) is None
    g, m, v, scale = (torch.rand(50, width, device=cuda) for width in (3, 1, 1, 1))
    expected = (0.1 * g + m) / (0.001 * g * g + v).sqrt() * scale
    torch.testing.assert_close(adam_direction(g, m, v, scale), expected, rtol=1e-5, atol=1e-6)
