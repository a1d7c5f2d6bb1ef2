"""A model source comes in; weights, a tokenizer, and what is known of them come out."""
