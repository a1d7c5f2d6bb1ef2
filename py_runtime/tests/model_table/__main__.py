"""Tries every causal and multimodal architecture of transformers and writes the table of docs/models.md.

`python -m tests.model_table ROWS.jsonl TABLE.md [ARCHITECTURE...]` from py_runtime. Rows that are there already, for
the same versions, are kept: the work can be done in pieces.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import traceback
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoModelForMultimodalLM

from grait_runtime.device.versions import computing_versions
from grait_runtime.errors import RuntimeFault
from grait_runtime.trials.model_trial import batching_of
from tests.architectures import known_architectures, tiny_config, write_tiny
from tests.model_table.table import WHOLE, render
from tests.model_table.trials import OPERATIONS, Subject, refusal
from tests.multimodal import known_wholes, tiny_whole_config, write_tiny_whole

#: Larger models come from configurations whose sizes this file does not know how to make small.
_MOST_PARAMETERS = 3_000_000
_SECONDS_EACH = 180


class OutOfTime(Exception):
    """One architecture took too long."""


def row_of(architecture: str) -> dict[str, Any]:
    """Every operation of one architecture, or of a whole model (`gemma3 (whole)`), as a row of the table."""
    name = architecture.removesuffix(WHOLE)
    whole = name != architecture
    kind: Any = AutoModelForMultimodalLM if whole else AutoModelForCausalLM
    try:
        config = tiny_whole_config(name) if whole else tiny_config(name)
        with torch.device("meta"):
            parameters = kind.from_config(config).num_parameters()
    except Exception as error:
        return {"skipped": f"no tiny configuration: {type(error).__name__}"}
    if parameters > _MOST_PARAMETERS:
        return {"skipped": f"no tiny configuration: {parameters:,} parameters"}
    with tempfile.TemporaryDirectory() as work:
        try:
            folder = (write_tiny_whole if whole else write_tiny)(Path(work) / "model", name)
            with torch.inference_mode():
                kind.from_pretrained(folder)(input_ids=torch.arange(1, 9)[None], use_cache=False)
        except Exception as error:
            return {"skipped": f"transformers does not compute the tiny configuration: {type(error).__name__}"}
        try:
            subject = Subject(folder, Path(work), kind=kind)
        except RuntimeFault as error:
            return {"refused": refusal(error).replace(str(folder), "the folder")}
        except Exception as error:
            return {"error": _where(error)}
        cells = {name: _cell(name, subject, work) for name in OPERATIONS}
        batching = batching_of(subject.loaded)
        way = batching.lane(8, 16).decoder
        return {"class": subject.info.architecture, "way": way, "window": batching.window, "operations": cells}


def _cell(name: str, subject: Subject, work: str) -> dict[str, Any]:
    measure, limit = OPERATIONS[name]
    try:
        error = measure(subject)
    except RuntimeFault as fault:
        return {"verdict": "refused", "why": refusal(fault).replace(f"{work}/", "")}
    except OutOfTime:
        raise
    except Exception as error:
        return {"verdict": "error", "why": _where(error)}
    return {"verdict": "right" if error <= limit else "wrong", "error": error}


def _fits(row: Mapping[str, Any], versions: Mapping[str, str]) -> bool:
    """Whether a row was made with these versions, by all of today's trials."""
    return row["versions"] == versions and ("operations" not in row or list(row["operations"]) == list(OPERATIONS))


def _where(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {str(error)[:200]} ({Path(last.filename).name}:{last.lineno})"


def _late(*_: object) -> None:
    raise OutOfTime


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the table of architectures.")
    parser.add_argument("rows", type=Path)
    parser.add_argument("table", type=Path)
    parser.add_argument("architectures", nargs="*")
    given = parser.parse_args()
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    versions = computing_versions()
    lines = given.rows.read_text().splitlines() if given.rows.exists() else []
    rows = {row["architecture"]: row for row in map(json.loads, lines) if _fits(row, versions)}
    known = [*known_architectures(), *(f"{name}{WHOLE}" for name in known_wholes())]
    wanted = given.architectures or [name for name in known if name not in rows]
    signal.signal(signal.SIGALRM, _late)
    for number, architecture in enumerate(wanted, 1):
        signal.alarm(_SECONDS_EACH)
        try:
            row = row_of(architecture)
        except OutOfTime:
            row = {"error": f"took more than {_SECONDS_EACH} s"}
        finally:
            signal.alarm(0)
        rows[architecture] = {"architecture": architecture, "versions": versions, **row}
        sys.stdout.write(f"{number}/{len(wanted)} {architecture}: {json.dumps(row)}\n")
        sys.stdout.flush()
        ordered = [rows[name] for name in sorted(rows)]
        given.rows.write_text("".join(json.dumps(row) + "\n" for row in ordered))
        given.table.write_text(render(ordered))


if __name__ == "__main__":
    main()
