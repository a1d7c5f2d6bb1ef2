"""Gives float32 logits from a half-precision output head, for positions whose probabilities are results.

A logit of 20 in bfloat16 is rounded to an eighth, so probabilities of letters would be off by per cents, and some would
be equal that are not. Its terms are exact in float32; only their sum has to be kept there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn.functional import linear
from transformers import PreTrainedModel

from grait_runtime.device.fast_kernels import why_no_wide_products

#: Rows of the head that are widened at once on a device without such products.
_ROWS_AT_ONCE = 8192


@contextmanager
def wide_head(module: PreTrainedModel) -> Iterator[None]:
    """Inside, the output head adds up in float32. A head with an adapter on it, or in 4 bits, stays as it is."""
    head = module.get_output_embeddings()
    if type(head) is not nn.Linear or head.weight.dtype == torch.float32:
        yield
        return
    head.forward = lambda states: wide_linear(states, head.weight, head.bias)  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        del head.forward  # uncovers the class's own method


def wide_linear(states: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """states [.., k] @ weight [n, k]^T + bias [n], float32."""
    flat = states.flatten(0, -2)
    if why_no_wide_products(weight.device, weight.dtype) is None:
        product = torch.mm(flat, weight.T, out_dtype=torch.float32)
    else:
        wide = flat.float()
        product = torch.cat([linear(wide, rows.float()) for rows in weight.split(_ROWS_AT_ONCE)], dim=1)
    if bias is not None:
        product += bias
    return product.view(*states.shape[:-1], -1)
