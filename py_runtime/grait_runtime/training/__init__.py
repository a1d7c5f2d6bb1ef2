"""Samples and settings come in; a trained adapter with the moments of its optimizer comes out."""
