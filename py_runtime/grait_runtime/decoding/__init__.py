"""Prompts as token ids come in; logits, shared keys and values, and drawn answers come out."""
