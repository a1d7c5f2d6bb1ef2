"""A model source comes in; weights, a tokenizer, and adapters that go on and off come out."""
