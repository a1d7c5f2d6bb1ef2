"""Conversations come in; the text that a model reads, and where its answer stands in it, come out."""
