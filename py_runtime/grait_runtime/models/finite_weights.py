"""Refuses weights that are not finite numbers: every output of such a model is NaN."""

from __future__ import annotations

import torch
from transformers import PreTrainedModel

from grait_runtime.device.devices import dtype_name
from grait_runtime.errors import RuntimeFault


@torch.no_grad()
def require_finite(module: PreTrainedModel, source: str) -> None:
    """RuntimeFault model_unsupported that names the first weight with a NaN or an infinity, as it is in memory."""
    names, extremes = [], []
    for name, weight in module.named_parameters():
        if weight.is_floating_point() and weight.numel() > 0:
            names.append(name)
            extremes.append(torch.stack(weight.aminmax()).float())
    finite = torch.stack(extremes).isfinite().all(dim=1) if extremes else torch.ones(0, dtype=torch.bool)
    bad = [name for name, good in zip(names, finite.tolist(), strict=True) if not good]
    if not bad:
        return
    more = f" and {len(bad) - 1} more of its {len(names)} weights" if len(bad) > 1 else ""
    dtype = dtype_name(module.dtype)
    raise RuntimeFault(
        "model_unsupported",
        f"{source}: {bad[0]}{more} hold numbers that are not finite (NaN or infinite) in {dtype}",
        hint="the files are damaged, or their training has diverged: get them anew"
        if dtype != "float16"
        else "float16 ends at 65504: load it in bfloat16 or float32, or get the files anew",
    )
