"""A loaded model comes in; what can be trusted of its ways to compute comes out, found by trying them."""
