"""Measures how well random projections preserve the inner products of real gradients, and what they cost.

For rows normalised before and after, the error of an inner product should have a standard deviation of at most
sqrt(2/d). The correlation is over all pairs of different samples.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from grait_runtime.adapters.lora_layers import lora_parameters
from grait_runtime.bench.timing import report, timed
from grait_runtime.bench.workload import SilentContext, Workload, add_arguments, rehearsed_adapter, workload
from grait_runtime.context import Frame
from grait_runtime.contract import GradientFeaturesItem, GradientFeaturesRequest, ProjectionSettings, WireStruct
from grait_runtime.gradients.projection import make_projection
from grait_runtime.operations.gradient_features import gradient_features

Kind = Literal["sjlt", "rademacher"]


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m grait_runtime.bench projection", description=__doc__)
    add_arguments(parser)
    parser.set_defaults(count=64)
    parser.add_argument("--rank", type=int, default=8)
    parser.add_argument("--dim", type=int, nargs="+", default=[1024, 2048, 8192])
    parser.add_argument("--sparsity", type=int, nargs="+", default=[1, 4, 16])
    parser.add_argument("--form", choices=["adam", "sgd"], nargs="+", default=["sgd", "adam"])
    arguments = parser.parse_args(argv)
    work = workload(arguments)
    with tempfile.TemporaryDirectory() as folder:
        adapter = rehearsed_adapter(work, arguments.rank, Path(folder) / "adapter")
        sizes = _sizes(work, adapter)
        for form in arguments.form:
            rows = _whole_gradients(work, adapter, form)
            for dim in arguments.dim:
                for sparsity in arguments.sparsity:
                    _measure(rows, sizes, form, "sjlt", dim, sparsity)
                _measure(rows, sizes, form, "rademacher", dim, 0)


def _sizes(work: Workload, adapter: Path) -> dict[str, int]:
    with work.loaded.adapted(str(adapter)) as module:
        return {name: value.numel() for name, value in lora_parameters(module).items()}


class _RowsContext(SilentContext):
    """A context that keeps the streamed rows."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[NDArray[np.generic]] = []

    def emit(self, item: WireStruct, frames: Sequence[Frame] = ()) -> None:
        assert isinstance(item, GradientFeaturesItem)
        self.rows.append(frames[item.features.frame].copy())


def _whole_gradients(work: Workload, adapter: Path, form: Literal["sgd", "adam"]) -> Tensor:
    """Normalised gradients without projection: float32 [samples, all LoRA coordinates]."""
    context = _RowsContext()
    request = GradientFeaturesRequest(
        model=work.loaded.handle,
        samples=work.samples,
        adapter=str(adapter),
        form=form,
        projection=ProjectionSettings(kind="none", dim=1, sparsity=1, seed=0),
        normalise=True,
        dtype="float32",
        token_budget=None,
        completed=[],
        halvings=0,
    )
    gradient_features(work.models, request, context)
    return torch.from_numpy(np.concatenate(context.rows))


def _measure(rows: Tensor, sizes: dict[str, int], form: str, kind: Kind, dim: int, sparsity: int) -> None:
    settings = ProjectionSettings(kind=kind, dim=dim, sparsity=max(1, sparsity), seed=0)
    projection = make_projection(settings, sizes, rows.device)
    features = torch.zeros(dim, len(rows))

    def project() -> None:
        start = 0
        for name in sorted(sizes):
            projection.add(name, rows[:, start : start + sizes[name]].T.contiguous(), features)
            start += sizes[name]

    seconds = timed(project, rows.device)
    exact, kept = _products(rows), _products((features / features.norm(dim=0)).T)
    errors = kept - exact
    report(
        what="projection",
        form=form,
        kind=kind,
        dim=dim,
        sparsity=sparsity or None,
        samples=len(rows),
        coordinates=rows.shape[1],
        correlation=round(float(np.corrcoef(exact, kept)[0, 1]), 5),
        error_sd=round(float(errors.std()), 5),
        largest_error=round(float(np.abs(errors).max()), 5),
        bound_sd=round((2 / dim) ** 0.5, 5),
        exact_range=[round(float(exact.min()), 4), round(float(exact.max()), 4)],
        ms_per_sample=round(1000 * seconds / len(rows), 3),
    )


def _products(rows: Tensor) -> NDArray[np.float64]:
    """Inner products of all pairs of different rows."""
    products = (rows.double() @ rows.double().T).numpy()
    values: NDArray[np.float64] = products[np.triu_indices(len(rows), k=1)]
    return values
