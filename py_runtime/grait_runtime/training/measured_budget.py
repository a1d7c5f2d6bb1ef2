"""Measures once how many tokens a pass of a model may have on a GPU, and keeps the answer.

A plan depends on it, and a plan must not change from one run to the next. So it is rounded coarsely, and kept under
everything that it was measured with.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path

import torch

from grait_runtime.device.memory_failure import free_memory, is_out_of_memory
from grait_runtime.files.home import grait_home
from grait_runtime.files.whole_file import write_whole
from grait_runtime.models.identity import model_identity
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.planning.measured_memory import measured_token_budget, pass_memory

_log = logging.getLogger(__name__)

#: Rows of the two passes.
_ROWS = (1, 4)


def measured_budget(
    loaded: LoadedModel, facts: Mapping[str, str], tokens: int, run: Callable[[int], object], *, ceiling: int
) -> int | None:
    """Tokens of a pass; None where there is nothing to measure with, or the measurement fails: then a rule decides.

    `run(rows)` computes a pass of so many rows of `tokens` tokens; `facts` tell one kind of pass from another.
    """
    total = measurable_bytes(loaded.device)
    if total is None:
        return None
    known = {
        **model_identity(loaded),
        **facts,
        "tokens": str(tokens),
        "device": device_name(loaded.device),
        "memory": str(total),
    }
    file = _file_of(known)
    budget = _kept(file)
    if budget is None:
        budget = _measured(loaded, tokens, run, total, ceiling)
        if budget is not None:
            write_whole(file, json.dumps({"budget": budget, "measured": known}, indent=2, sort_keys=True) + "\n")
    return budget


def measurable_bytes(device: torch.device) -> int | None:
    """All memory of a device whose allocator tells how much a pass held; None: it does not tell."""
    return int(torch.cuda.get_device_properties(device).total_memory) if device.type == "cuda" else None


def device_name(device: torch.device) -> str:
    """The name of a device's kind."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type


def peak_bytes(compute: Callable[[], object], device: torch.device) -> int:
    """The most memory that `compute` holds on a CUDA device, beside what is held already."""
    torch.cuda.synchronize(device)
    torch.cuda.reset_peak_memory_stats(device)
    before = torch.cuda.memory_allocated(device)
    compute()
    torch.cuda.synchronize(device)
    return int(torch.cuda.max_memory_allocated(device)) - int(before)


def _measured(loaded: LoadedModel, tokens: int, run: Callable[[int], object], total: int, ceiling: int) -> int | None:
    held = sum(value.nbytes for value in [*loaded.weights.base.parameters(), *loaded.weights.base.buffers()])
    try:
        run(_ROWS[0])  # what is made once: workspaces, tables
        found = [(rows * tokens, peak_bytes(lambda rows=rows: run(rows), loaded.device)) for rows in _ROWS]  # type: ignore[misc]
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        free_memory()
        _log.warning("%d rows of %d tokens do not fit the memory; the token budget is a rule's", _ROWS[1], tokens)
        return None
    memory = pass_memory(*found)
    if memory is None:
        _log.warning("memory of %s does not grow with the tokens; the token budget is a rule's", found)
        return None
    budget = measured_token_budget(memory, total=total, held=held, ceiling=ceiling)
    _log.info("%.0f KiB a token measured: %d tokens at once", memory.per_token / 1024, budget)
    return budget


def _file_of(known: Mapping[str, str]) -> Path:
    digest = hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()
    return grait_home() / "budgets" / f"{digest[:32]}.json"


def _kept(file: Path) -> int | None:
    """The budget in a file; None: there is none, or it is damaged."""
    try:
        return max(1, int(json.loads(file.read_text())["budget"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
