"""Proves the engine on a device: right numbers, the same bytes, speed, memory, bad days.

`python -m grait_runtime.bench gpu --out FILE [--tiny] [--minutes N]` makes a random model of Llama 3 8B's shape on the
device: it needs no network, no weights and no Node. The sections are independent, and ordered by what they are worth;
FILE is written after each.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from datetime import datetime, timezone
from functools import cache, partial
from pathlib import Path

import msgspec
import torch

from grait_runtime.bench.gpu_exact import exactness, kernels, same_bytes
from grait_runtime.bench.gpu_speed import ceilings, speed, syncs
from grait_runtime.bench.gpu_survival import merged, nf4, out_of_memory, resumed
from grait_runtime.bench.proof import Found, Proof, Section
from grait_runtime.bench.proof_work import FULL, SMALL, Work
from grait_runtime.bench.random_model import LLAMA_8B, TINY, TWO_LAYERS, Shape, adopted
from grait_runtime.device.devices import auto_dtype
from grait_runtime.device.versions import installed_versions
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.service.handshake import describe_device


def main(argv: list[str]) -> None:
    """Run the proof. Exit status: 0 if nothing was found wrong, else 1."""
    parser = argparse.ArgumentParser(prog="python -m grait_runtime.bench gpu", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="JSON; written after each section")
    parser.add_argument("--tiny", action="store_true", help="a tiny model: seconds on a CPU")
    parser.add_argument("--minutes", type=float, default=14.0, help="begin no section after this long; default 14")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--only", default="", help="sections, with commas between them")
    arguments = parser.parse_args(argv)
    models = ModelRegistry(arguments.device)
    if arguments.tiny and models.device.type == "cpu":
        torch.set_num_threads(1)  # for matrices this small, threads cost more than they bring
    facts = {
        "what": "proof of the engine on a device",
        "at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "device": msgspec.to_builtins(describe_device(models.device)),
        "versions": installed_versions(),
        "model": (TINY if arguments.tiny else LLAMA_8B).name,
        "dtype": str(auto_dtype(models.device)).removeprefix("torch."),
    }
    before = os.environ.get("GRAIT_HOME")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GRAIT_HOME"] = folder  # measured budgets of a random model are nobody else's
        try:
            proof = Proof(arguments.out, facts, arguments.minutes)
            sections = _sections(proof, models, Path(folder), tiny=arguments.tiny)
            chosen = [name for name in arguments.only.split(",") if name] or list(sections)
            right = proof.run({name: sections[name] for name in chosen})
        finally:
            if before is None:
                del os.environ["GRAIT_HOME"]
            else:
                os.environ["GRAIT_HOME"] = before
    if not right:
        sys.exit(1)


def _sections(proof: Proof, models: ModelRegistry, folder: Path, *, tiny: bool) -> dict[str, Section]:
    sizes = SMALL if tiny else FULL
    dtype = auto_dtype(models.device)

    def made(shape: Shape, dtype: torch.dtype) -> Work:
        own = folder / f"{shape.name}-{str(dtype).removeprefix('torch.')}"
        own.mkdir()
        work = Work(models, adopted(models, shape, dtype), sizes, own)
        work.train("adapter", samples=min(64, sizes.samples))
        return work

    @cache
    def large() -> Work:
        return made(TINY if tiny else LLAMA_8B, dtype)

    @cache
    def narrow(dtype: torch.dtype) -> Work:
        """Few layers of full width: float32 fits, and folders are small."""
        return large() if tiny and large().loaded.dtype == dtype else made(TINY if tiny else TWO_LAYERS, dtype)

    def on(section: str) -> Found | None:
        found: Found | None = proof.found["sections"].get(section)
        return found

    def peak() -> float | None:
        return (on("ceilings") or {}).get("flops")

    return {
        "ceilings": partial(ceilings, models.device, dtype, tiny=tiny),
        "kernels": lambda: kernels(large()),
        "exactness": lambda: exactness(large()),
        "same bytes": lambda: same_bytes(large()),
        "speed": lambda: speed(large(), peak),
        "out of memory": lambda: out_of_memory(large()),
        "resumed": lambda: resumed(large()),
        "syncs": lambda: syncs(large()),
        "exactness in float32": lambda: exactness(narrow(torch.float32)),
        "merged": lambda: merged(narrow(dtype)),
        "nf4": lambda: nf4(narrow(dtype)),
    }
