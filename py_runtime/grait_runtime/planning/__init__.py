"""Lengths and limits come in; batches and their hash come out, and a plan is walked batch by batch."""
