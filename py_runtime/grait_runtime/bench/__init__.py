"""The name of a benchmark comes in; one JSON line per result comes out (python -m grait_runtime.bench NAME)."""
