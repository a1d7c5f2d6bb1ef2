"""Encoded samples come in; one loss per row comes out."""
