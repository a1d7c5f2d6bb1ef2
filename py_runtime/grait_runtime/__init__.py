"""The PyTorch side of grait: loads models, trains LoRA adapters, computes answers, embeddings and gradient features."""

__version__ = "0.1.0"
