"""A batch and an adapter come in; one gradient feature a sample comes out."""
