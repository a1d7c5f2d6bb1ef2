"""Prompts and samples come in; token ids, or the reason why there are none, come out."""
