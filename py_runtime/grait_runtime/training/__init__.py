"""Samples and settings come in; a trained adapter and the moments of its optimizer come out."""
