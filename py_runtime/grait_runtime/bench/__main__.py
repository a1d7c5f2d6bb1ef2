"""`python -m grait_runtime.bench NAME [options]`: runs grait_runtime.bench.NAME."""

from __future__ import annotations

import importlib
import sys

from grait_runtime.device.environment import prepare_environment

if __name__ == "__main__":
    prepare_environment()
    if len(sys.argv) < 2:
        sys.exit("usage: python -m grait_runtime.bench NAME [options]")
    importlib.import_module(f"grait_runtime.bench.{sys.argv[1]}").main(sys.argv[2:])
