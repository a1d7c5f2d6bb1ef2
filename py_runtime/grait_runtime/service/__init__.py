"""Endpoints come in; a process that serves every operation of the contract comes out."""
