"""Sections of the proof about bad days: memory runs out, a training is interrupted; and NF4 and merging."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Literal

import torch

from grait_runtime.bench.proof import Found
from grait_runtime.bench.proof_work import InterruptedAt, Kept, Work, relative_error
from grait_runtime.bench.random_model import byte_tokenizer
from grait_runtime.contract import LoadModelRequest, MergeAdapterRequest
from grait_runtime.device.devices import dtype_name
from grait_runtime.errors import Cancelled
from grait_runtime.operations.load_model import load_model
from grait_runtime.operations.merge_adapter import merge_adapter

#: What is left free beside the ballast in the drill, bytes.
_ROOM = 3 << 30
_FEATURES_TOLERANCE = 0.1


def out_of_memory(work: Work) -> Found:
    """With most of the memory taken by something else, features are computed in smaller parts, and are the same."""
    device = work.loaded.device
    if device.type != "cuda":
        return {"skipped": "the memory of a CPU is the machine's: it is not filled for a drill"}
    expected = work.features("adapter", 64).rows
    torch.cuda.empty_cache()
    free, _ = torch.cuda.mem_get_info(device)
    ballast = torch.empty(max(0, free - _ROOM), dtype=torch.uint8, device=device)
    try:
        context = work.features("adapter", 64, budget=1 << 20)
    finally:
        del ballast
    worst = max(relative_error(context.rows[id], row) for id, row in expected.items() if id in context.rows)
    found: Found = {
        "halvings": context.halvings,
        "rows": len(context.rows),
        "worst_error": worst,
        "told": context.warnings,
    }
    right = context.halvings > 0 and len(context.rows) == len(expected) and worst <= _FEATURES_TOLERANCE
    return {**found, "right": right}


def resumed(work: Work) -> Found:
    """A training that is interrupted twice ends with the bytes of one that is not."""
    count = min(96, work.sizes.samples)
    whole = work.train("whole", samples=count, every=1)
    interruptions = 0
    for chances in (2, 2):
        try:
            work.train("cut", InterruptedAt(chances), samples=count, every=1)
        except Cancelled:
            interruptions += 1
    cut = work.train("cut", samples=count, every=1)
    return {"interruptions": interruptions, "right": cut == whole and interruptions == 2}


def merged(work: Work) -> Found:
    """The merged model computes what the adapted one does."""
    output = work.folder / "merged"
    adapter = str(work.folder / "adapter")
    merge_adapter(work.models, MergeAdapterRequest(work.loaded.handle, adapter, str(output)), Kept())
    result = load_model(work.models, _request(work, output, "none"), Kept())
    ids = torch.tensor([list(range(3, 100))], device=work.loaded.device)
    with torch.inference_mode():
        with work.loaded.adapted(adapter) as module:
            expected = module(input_ids=ids, use_cache=False).logits.float()
        found = work.models.get(result.model).module(input_ids=ids, use_cache=False).logits.float()
        bare = work.loaded.module(input_ids=ids, use_cache=False).logits.float()
    work.models.unload(result.model)
    error, change = float((found - expected).abs().max()), float((bare - expected).abs().max())
    limit = 1e-3 if work.loaded.dtype == torch.float32 else 0.25
    return {"largest_difference": error, "difference_of_the_bare_model": change, "right": error <= limit}


def nf4(work: Work) -> Found:
    """A model in 4 bits is trained, and its features are computed, on the device."""
    if importlib.util.find_spec("bitsandbytes") is None:
        return {"skipped": "bitsandbytes is not installed"}
    folder = work.folder / "plain"
    work.loaded.module.save_pretrained(folder)
    byte_tokenizer().save_pretrained(folder)
    result = load_model(work.models, _request(work, folder, "nf4"), Kept())
    small = Work(work.models, work.models.get(result.model), work.sizes, work.folder / "nf4")
    small.folder.mkdir()
    digests = [small.train(f"adapter-{number}", samples=12) for number in range(2)]
    context = small.features("adapter-0", 8)
    work.models.unload(result.model)
    return {"rows": len(context.rows), "right": digests[0] == digests[1] and len(context.rows) == 8}


def _request(work: Work, folder: Path, quantization: Literal["none", "nf4"]) -> LoadModelRequest:
    return LoadModelRequest(f"path:{folder}", dtype_name(work.loaded.dtype), quantization, None, None, {}, verify=False)
