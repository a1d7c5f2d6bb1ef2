"""A batch and an adapter come in; one gradient feature per sample comes out."""
