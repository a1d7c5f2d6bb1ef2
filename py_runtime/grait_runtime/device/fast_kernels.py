"""The kernels of a CUDA device that the fast paths need, and why one of them is not used, where it is not.

Each is tried once, on a few numbers, before it is relied on. A path that gives way says so: see trials/fast_paths.py.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import torch
from torch import Tensor

from grait_runtime.device.memory_failure import is_out_of_memory
from grait_runtime.errors import first_line

_HALF = (torch.bfloat16, torch.float16)
#: Head sizes of FlashAttention: multiples of this, up to that.
_HEAD_STEP, _LARGEST_HEAD = 8, 256
#: FlashAttention needs Ampere.
_FLASH_CAPABILITY = (8, 0)

#: One pass over memory instead of nine: LESS's Adam direction (see gradients/adam_form.py), times a scale.
#: first: 0.9 m; second: 0.999 v + 1e-8.
_ADAM_CODE = """
template <typename T> T adam_direction(T g, T first, T second, T scale) {
    return (T(0.1) * g + first) / sqrt(T(0.001) * g * g + second) * scale;
}
"""


@functools.cache
def why_no_wide_products(device: torch.device, dtype: torch.dtype) -> str | None:
    """Why products of half-precision numbers cannot be added up in float32 on tensor cores; None: they can."""
    if device.type != "cuda" or dtype not in _HALF:
        return f"{dtype} on {device.type} is multiplied in float32"
    ones = torch.ones(1, 8, 8, dtype=dtype, device=device)
    return _why_not(lambda: torch.bmm(ones, ones, out_dtype=torch.float32), torch.full((1, 8, 8), 8.0))


@functools.cache
def why_no_packed_attention(device: torch.device, dtype: torch.dtype, head_dim: int) -> str | None:
    """Why FlashAttention cannot compute rows of different lengths laid end to end; None: it can."""
    if device.type != "cuda" or dtype not in _HALF:
        return f"there is no FlashAttention for {dtype} on {device.type}"
    if head_dim % _HEAD_STEP or head_dim > _LARGEST_HEAD:
        return f"FlashAttention takes no heads of {head_dim} numbers"
    if torch.cuda.get_device_capability(device) < _FLASH_CAPABILITY:
        return f"FlashAttention needs a newer GPU than {torch.cuda.get_device_name(device)}"
    ones = torch.ones(3, 2, head_dim, dtype=dtype, device=device)
    bounds = torch.tensor([0, 1, 3], dtype=torch.int32, device=device)
    return _why_not(
        lambda: packed_attention(ones, ones, ones, bounds, bounds, 2, 2, True, 1.0)[0], torch.ones(3, 2, head_dim)
    )


def packed_attention(
    query: Tensor,
    keys: Tensor,
    values: Tensor,
    query_bounds: Tensor,
    key_bounds: Tensor,
    longest_query: int,
    longest_key: int,
    causal: bool,
    scaling: float,
) -> tuple[Tensor, Tensor]:
    """FlashAttention of rows laid end to end: query [N, H, D], keys and values [M, Hkv, D]; row i of the queries is
    query[query_bounds[i] : query_bounds[i + 1]]. Returns [N, H, D] and the logs of the normalisers, float32 [N, H].
    """
    from torch.nn.attention.varlen import AuxRequest, varlen_attn

    found = varlen_attn(
        query,
        keys,
        values,
        query_bounds,
        key_bounds,
        longest_query,
        longest_key,
        return_aux=AuxRequest(lse=True),
        scale=scaling,
        window_size=(-1, 0) if causal else (-1, -1),
        enable_gqa=query.shape[1] != keys.shape[1],
    )
    output, normalisers = found
    return output, normalisers.transpose(0, 1)


@functools.cache
def why_no_fused_adam(device: torch.device) -> str | None:
    """Why the Adam direction takes several passes over memory; None: it takes one."""
    if device.type != "cuda":
        return f"{device.type} has no compiler for it"
    one = torch.ones(1, device=device)
    return _why_not(lambda: adam_direction(one, one, one - 0.001, one), torch.full((1,), 1.1))


def adam_direction(gradients: Tensor, first: Tensor, second: Tensor, scale: Tensor) -> Tensor:
    """(0.1 g + first) / sqrt(0.001 g*g + second) * scale, float32, in one kernel; the arguments are broadcast."""
    return _adam_kernel()(gradients, first, second, scale)


@functools.cache
def _adam_kernel() -> Callable[..., Tensor]:
    kernel: Callable[..., Tensor] = torch.cuda.jiterator._create_jit_fn(_ADAM_CODE)
    return kernel


def _why_not(compute: Callable[[], Tensor], expected: Tensor) -> str | None:
    """None if `compute` gives what is `expected`."""
    try:
        found = compute().float().cpu()
    except Exception as error:  # an older PyTorch, a missing library, a device that lacks it
        if is_out_of_memory(error):
            raise
        return first_line(error)
    return None if torch.allclose(found, expected, rtol=1e-2) else "it computes something else on this device"
