"""Measurements of the runtime's own work, each beside its reference: `python -m grait_runtime.bench NAME`."""
