"""The name of a measurement comes in; a JSON line a figure comes out (python -m grait_runtime.bench NAME)."""
