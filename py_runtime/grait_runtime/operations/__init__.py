"""A request comes in; a stream of items and a result come out. One file an operation, named as on the wire."""
