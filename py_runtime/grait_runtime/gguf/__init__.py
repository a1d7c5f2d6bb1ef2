"""A GGUF file comes in; what it states comes out, with nothing of it lost."""
