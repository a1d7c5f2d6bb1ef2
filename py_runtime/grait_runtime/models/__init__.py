"""A model source comes in; weights, a tokenizer, and adapters that can be put on and taken off come out."""
