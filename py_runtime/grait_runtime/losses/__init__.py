"""Encoded samples come in; one loss a row comes out."""
