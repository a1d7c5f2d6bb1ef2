"""Sections of the proof about time and memory: what the device can do, and what share of it each operation reaches."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import torch

from grait_runtime.bench.proof import Found
from grait_runtime.bench.proof_work import Kept, Work
from grait_runtime.bench.simple_loops import BarePass
from grait_runtime.bench.timing import timed
from grait_runtime.bench.workload import Workload
from grait_runtime.encoding.samples import encode_samples
from grait_runtime.encoding.text import EncodedSample, encode_prompt

_REPEATS = 10


def ceilings(device: torch.device, dtype: torch.dtype, *, tiny: bool) -> Found:
    """The most that the device does: products of large matrices, and copies."""
    size, elements = (256, 1 << 20) if tiny else (8192, 1 << 29)

    def product(dtype: torch.dtype) -> float:
        a, b = (torch.randn(size, size, device=device).to(dtype) for _ in range(2))
        return 2 * size**3 / _seconds(lambda: a @ b, device)

    source = torch.empty(elements, dtype=torch.float32, device=device).zero_()
    target = torch.empty_like(source)
    copied = 2 * source.nbytes / _seconds(lambda: target.copy_(source), device)
    return {"flops": product(dtype), "float32_flops": product(torch.float32), "copy_bytes_per_second": copied}


def speed(work: Work, peak_flops: Callable[[], float | None]) -> Found:
    """Cold and warm seconds, tokens a second, share of the measured peak and memory of each operation."""
    device = work.loaded.device
    trained, asked = _tokens_of_samples(work), _tokens_of_questions(work)
    weights = sum(value.numel() for name, value in work.loaded.module.named_parameters() if "embed" not in name)
    found: Found = {"parameters_without_embeddings": weights}
    plan: dict[str, tuple[Callable[[], object], int, int]] = {
        # Operations for each weight and token: forward 2; backward through frozen weights 2 more.
        "gradientFeatures": (lambda: work.features("adapter"), trained, 4),
        "trainLora": (lambda: work.train("timed"), trained, 4),
        "scoreOptions": (work.score, asked, 2),
        "generate": (work.generate, work.sizes.answers * 10 * 16, 2),
    }
    for name, (run, tokens, operations) in plan.items():
        cold, memory = timed(run, device), _memory(device)
        warm = timed(run, device)
        peak = peak_flops()
        found[name] = {
            "cold_seconds": round(cold, 3),
            "warm_seconds": round(warm, 3),
            "tokens_per_second": round(tokens / warm, 1),
            "share_of_measured_peak": round(operations * weights * tokens / warm / peak, 4) if peak else None,
            **memory,
        }
    bare = BarePass(_workload(work), work.folder / "adapter")
    seconds = min(bare.seconds() for _ in range(2))
    found["bare_pass_seconds"] = round(seconds, 3)
    found["features_against_bare_pass"] = round(found["gradientFeatures"]["warm_seconds"] / seconds, 3)
    return found


def syncs(work: Work) -> Found:
    """How often the host waits for the device, by PyTorch's count, in a small call of each operation."""
    if work.loaded.device.type != "cuda":
        return {"skipped": "only CUDA counts them"}
    calls: dict[str, Callable[[], object]] = {
        "gradientFeatures of 32": lambda: work.features("adapter", 32),
        "trainLora of 32": lambda: work.train("counted", samples=32),
        "scoreOptions of 32": lambda: work.score(32),
        "generate 10 answers to 16": lambda: work.generate(16),
    }
    found: Found = {}
    for name, run in calls.items():
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            torch.cuda.set_sync_debug_mode("warn")
            try:
                run()
            finally:
                torch.cuda.set_sync_debug_mode("default")
        found[name] = sum("synchronizing" in str(warning.message) for warning in caught)
    return found


def _seconds(work: Callable[[], Any], device: torch.device) -> float:
    work()
    return timed(lambda: [work() for _ in range(_REPEATS)], device) / _REPEATS


def _memory(device: torch.device) -> Found:
    """Peak bytes since the last look, and what the device has."""
    if device.type != "cuda":
        return {}
    peak, reserved = torch.cuda.max_memory_allocated(device), torch.cuda.max_memory_reserved(device)
    torch.cuda.reset_peak_memory_stats(device)
    total = torch.cuda.get_device_properties(device).total_memory
    return {"peak_bytes": peak, "reserved_bytes": reserved, "share_of_memory": round(reserved / total, 3)}


def _tokens_of_samples(work: Work) -> int:
    return sum(len(item.input_ids) for item in _workload(work).encoded)


def _tokens_of_questions(work: Work) -> int:
    """Tokens that are not shared by all questions, and those that are, once."""
    rows = [encode_prompt(work.loaded, question) for question in work.questions()]
    shared = next(
        (place for place, tokens in enumerate(zip(*rows, strict=False)) if len(set(tokens)) > 1),
        min(len(row) for row in rows),
    )
    return shared + sum(len(row) - shared for row in rows)


def _workload(work: Work) -> Workload:
    samples = work.samples()
    encoded = [item for item in encode_samples(work.loaded, samples, Kept()) if isinstance(item, EncodedSample)]
    return Workload(work.models, work.loaded, samples, encoded)
