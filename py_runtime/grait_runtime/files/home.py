"""The folder for files that the runtime makes once and reuses: $GRAIT_HOME, which the TypeScript side sets."""

from __future__ import annotations

import os
from pathlib import Path


def grait_home() -> Path:
    """The folder of converted models and digests; created at the first write."""
    named = os.environ.get("GRAIT_HOME")
    if named:
        return Path(named)
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "grait"
