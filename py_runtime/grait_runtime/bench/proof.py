"""Runs sections one after the other until the time is up, and keeps what each found, whatever happens to the others."""

from __future__ import annotations

import gc
import json
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch

from grait_runtime.device.memory_failure import is_device_lost
from grait_runtime.errors import first_line
from grait_runtime.files.whole_file import write_whole

#: What a section found. `right` (if there) says whether it is as it should be; `skipped` says why nothing was tried.
Found = dict[str, Any]
Section = Callable[[], Found]


class Proof:
    """The document of a proof, written anew after each section."""

    def __init__(self, file: Path, facts: Mapping[str, Any], minutes: float) -> None:
        self._file = file
        self._end = time.monotonic() + 60 * minutes
        self.found: dict[str, Any] = {**facts, "sections": {}}

    def run(self, sections: Mapping[str, Section]) -> bool:
        """Run what there is time for, in this order; return whether nothing was found wrong."""
        for name, section in sections.items():
            left = self._end - time.monotonic()
            if left <= 0:
                self._keep(name, {"skipped": "the time was up"})
                continue
            began = time.monotonic()
            try:
                found = section()
            except Exception as error:
                found = {"right": False, "error": first_line(error), "traceback": traceback.format_exc()}
                if is_device_lost(error):
                    self._end = 0.0  # nothing else can be computed in this process
            self._keep(name, {**found, "seconds": round(time.monotonic() - began, 2)})
            gc.collect()
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
        return all(found.get("right", True) for found in self.found["sections"].values())

    def _keep(self, name: str, found: Found) -> None:
        self.found["sections"][name] = found
        write_whole(self._file, json.dumps(self.found, indent=2, default=str) + "\n")
        told = "skipped" if "skipped" in found else "right" if found.get("right", True) else "WRONG"
        short = {key: value for key, value in found.items() if key not in ("traceback", "right")}
        sys.stderr.write(f"{name}: {told} {json.dumps(short, default=str)[:600]}\n")
        sys.stderr.flush()
