"""A plain client of the server for its tests: real sockets, headers as maps, nothing checked on the way."""

from __future__ import annotations

import itertools
import time
from typing import Any

import msgspec
import zmq

Header = dict[str, Any]
#: Of data and control.
Endpoints = tuple[str, str]

#: Longest wait for an answer that must come, seconds.
PATIENCE = 10.0


class WireClient:
    """One client: a DEALER on each endpoint, both under one identity."""

    def __init__(self, data: str, control: str, identity: bytes | None = None, control_identity: bytes | None = None):
        self._context = zmq.Context()
        self.data = self._dealer(data, identity)
        self.control = self._dealer(control, control_identity or identity)
        self._ids = itertools.count(1)

    def _dealer(self, endpoint: str, identity: bytes | None) -> zmq.Socket[bytes]:
        dealer = self._context.socket(zmq.DEALER)
        dealer.setsockopt(zmq.LINGER, 0)
        if identity is not None:
            dealer.setsockopt(zmq.IDENTITY, identity)
        dealer.connect(endpoint)
        return dealer

    def call(self, operation: str, request: Any = None, credit: int = 0) -> int:
        number = next(self._ids)
        fields = {"kind": "call", "id": number, "operation": operation, "request": request or {}, "credit": credit}
        self.data.send(msgspec.msgpack.encode(fields))
        return number

    def grant(self, call: int, credit: int) -> None:
        self.data.send(msgspec.msgpack.encode({"kind": "credit", "id": call, "credit": credit}))

    def ask_control(self, kind: str, number: int) -> Header:
        """Send ping, cancel or shutdown and return the answer."""
        self.control.send(msgspec.msgpack.encode({"kind": kind, "id": number}))
        assert self.control.poll(int(PATIENCE * 1000)), f"{kind} was not answered"
        return msgspec.msgpack.decode(self.control.recv(), type=Header)

    def receive(self, seconds: float = PATIENCE) -> tuple[Header, list[bytes]]:
        """The next message, its frames apart; what only asks whether the client is there is skipped."""
        deadline = time.monotonic() + seconds
        while self.data.poll(max(0, int((deadline - time.monotonic()) * 1000))):
            head, *frames = self.data.recv_multipart()
            header = msgspec.msgpack.decode(head, type=Header)
            if header["kind"] != "pong":
                return header, frames
        raise TimeoutError(f"no message in {seconds} s")

    def nothing_comes(self, seconds: float = 0.4) -> bool:
        try:
            self.receive(seconds)
        except TimeoutError:
            return True
        return False

    def until_answer(self, call: int) -> tuple[list[Header], Header]:
        """What came before the call's result or error, and that."""
        before: list[Header] = []
        while True:
            header, _ = self.receive()
            if header["id"] == call and header["kind"] in ("result", "error"):
                return before, header
            before.append(header)

    def close(self) -> None:
        self._context.destroy(linger=0)
