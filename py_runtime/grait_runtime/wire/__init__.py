"""Bytes of sockets come in; calls with credit come out, and their answers go back the same way."""
