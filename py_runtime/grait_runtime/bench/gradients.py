"""Compares feature collection with a bare forward and backward pass, LESS's loop and the simplest good loop.

By default it measures the engine inside this process. With --paced it measures only the baselines, one for each line on
stdin ("bare", "less", "simple"), so that another process can take turns with it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median

from grait_runtime.bench.simple_loops import BarePass, less_seconds, simple_seconds
from grait_runtime.bench.timing import peak_flops, report, timed
from grait_runtime.bench.workload import SilentContext, Workload, add_arguments, rehearsed_adapter, workload
from grait_runtime.contract import GradientFeaturesRequest, ProjectionSettings
from grait_runtime.operations.gradient_features import gradient_features

#: Samples used for the two slow loops; their time is scaled to all samples.
_LESS_SAMPLES = 16
_SIMPLE_SAMPLES = 40


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m grait_runtime.bench gradients", description=__doc__)
    add_arguments(parser)
    parser.add_argument("--rank", type=int, nargs="+", default=[8, 128])
    parser.add_argument("--dim", type=int, default=8192)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--adapter", type=Path, help="a rehearsed adapter; default: make one")
    parser.add_argument("--paced", action="store_true", help="measure what stdin asks for")
    arguments = parser.parse_args(argv)
    work = workload(arguments)
    report(what="workload", samples=len(work.encoded), tokens=work.tokens, device=str(work.loaded.device))
    if arguments.paced:
        _serve(work, arguments)
        return
    for rank in arguments.rank:
        with tempfile.TemporaryDirectory() as folder:
            adapter = arguments.adapter or rehearsed_adapter(work, rank, Path(folder) / "adapter")
            _measure(work, adapter, rank, arguments)


def _serve(work: Workload, arguments: argparse.Namespace) -> None:
    bare: BarePass | None = None
    for line in sys.stdin:
        asked = line.strip()
        if asked == "bare":
            bare = bare or BarePass(work, arguments.adapter)
            report(what="bare", seconds=bare.seconds(), budget=bare.budget)
        elif asked == "less":
            scale = len(work.encoded) / _LESS_SAMPLES
            report(what="less", seconds=less_seconds(work, arguments.adapter, arguments.dim) * scale)
        elif asked == "simple":
            scale = len(work.encoded) / _SIMPLE_SAMPLES
            seconds = simple_seconds(work, arguments.adapter, arguments.dim, _SIMPLE_SAMPLES) * scale
            report(what="simple", seconds=seconds)


def _measure(work: Workload, adapter: Path, rank: int, arguments: argparse.Namespace) -> None:
    bare = BarePass(work, adapter)
    request = GradientFeaturesRequest(
        model=work.loaded.handle,
        samples=work.samples,
        adapter=str(adapter),
        form="adam",
        projection=ProjectionSettings(kind="sjlt", dim=arguments.dim, sparsity=4, seed=0),
        normalise=True,
        dtype="float32",
        token_budget=None,
        completed=[],
        halvings=0,
    )

    def collect() -> None:
        gradient_features(work.models, request, SilentContext())

    collect()
    taken: dict[str, list[float]] = {"bare": [], "features": []}
    for _ in range(arguments.rounds):
        taken["bare"].append(bare.seconds())
        taken["features"].append(timed(collect, work.loaded.device))
    seconds = {what: median(times) for what, times in taken.items()}
    facts: dict[str, object] = {"rank": rank, "budget": bare.budget, "rounds": taken}
    for what, value in seconds.items():
        facts[f"{what}_seconds"] = value
        facts[f"{what}_tokens_per_second"] = work.tokens / value
        facts[f"{what}_share_of_peak"] = _share_of_peak(work, value)
    report(what="gradients", ratio=seconds["features"] / seconds["bare"], **facts)


def _share_of_peak(work: Workload, seconds: float) -> float | None:
    """Share of the device's peak: 4 operations per frozen weight and token, forward and backward together."""
    peak = peak_flops(work.loaded.device)
    if peak is None:
        return None
    weights = sum(value.numel() for name, value in work.loaded.module.named_parameters() if "embed" not in name)
    return 4 * weights * work.tokens / seconds / peak
