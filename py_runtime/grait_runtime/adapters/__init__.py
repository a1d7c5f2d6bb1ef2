"""A bare model and a PEFT folder come in; the adapted model, or one without a trace of the adapter, comes out."""
