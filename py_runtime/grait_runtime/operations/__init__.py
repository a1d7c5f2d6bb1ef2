"""A request comes in; a stream of items and a result come out. One file per operation, named as on the wire."""
