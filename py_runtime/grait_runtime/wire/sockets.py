"""The two ROUTER sockets, data (calls, credits, replies) and control, and the one thread that uses them."""

from __future__ import annotations

import contextlib
import logging
import socket
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

import zmq

from grait_runtime import contract
from grait_runtime.errors import RuntimeFault
from grait_runtime.wire.framing import (
    MalformedMessageError,
    Part,
    decode_client_header,
    decode_control_header,
    encode_message,
)

_log = logging.getLogger(__name__)

#: Longest sleep: the parent watch and SIGTERM are noticed within this time.
_TICK_MS = 250
#: While a call runs, its progress is checked this often.
_BUSY_TICK_MS = 50
#: How soon a message is sent again if the client's pipe was full.
_RETRY_MS = 5
#: How often each client is checked for still being there.
_PROBE_SECONDS = 1.0
#: Maximum messages in a socket's pipe. Credit limits the items, not this.
_HIGH_WATER = 1000
#: A client with this many messages waiting outside its pipe has stopped reading.
_LARGEST_BACKLOG = 10_000
#: Messages taken from one socket before the other is read.
_BURST = 64
_LINGER_MS = 500
#: Messages shorter than this are copied into the socket.
_COPIED_BYTES = 4096


class Events(Protocol):
    """The events that the I/O thread reports to its owner. No method may block."""

    def call(self, client: bytes, header: contract.Call) -> None: ...
    def credit(self, client: bytes, header: contract.Credit) -> None: ...
    def cancel(self, client: bytes, call_id: int) -> None: ...
    def malformed(self, client: bytes, error: MalformedMessageError) -> None: ...
    def gone(self, client: bytes) -> None: ...
    def shutdown(self) -> None: ...
    def tick(self) -> None: ...
    def clients(self) -> set[bytes]: ...
    def busy(self) -> bool: ...


class Outbox:
    """Messages on their way to the I/O thread; any thread may post."""

    def __init__(self) -> None:
        self._posted: deque[tuple[bytes, list[Part]]] = deque()
        self.wake_up, self._bell = socket.socketpair()
        self.wake_up.setblocking(False)
        self._bell.setblocking(False)

    def post(self, client: bytes, parts: list[Part]) -> None:
        self._posted.append((client, parts))
        self.ring()

    def ring(self) -> None:
        """Wake the I/O thread."""
        with contextlib.suppress(OSError):  # Enough wake-ups are waiting, or the I/O thread has ended.
            self._bell.send(b"\0")

    def take(self) -> tuple[bytes, list[Part]] | None:
        return self._posted.popleft() if self._posted else None

    def close(self) -> None:
        self.wake_up.close()
        self._bell.close()


class SocketLoop:
    """Binds both endpoints at creation; run() serves them on the calling thread until stop()."""

    def __init__(self, data_endpoint: str, control_endpoint: str, outbox: Outbox) -> None:
        self._context = zmq.Context()
        self._outbox = outbox
        self._backlog: dict[bytes, deque[list[Part]]] = {}
        self._stopping = False
        self._probed_at = 0.0
        try:
            self._data = self._bound(data_endpoint)
            self._control = self._bound(control_endpoint)
        except BaseException:
            self._context.destroy(linger=0)
            raise

    def stop(self) -> None:
        """Make run() end soon. Any thread or signal handler may call this."""
        self._stopping = True
        self._outbox.ring()

    def run(self, events: Events) -> None:
        poller = zmq.Poller()
        for source in (self._control, self._data, self._outbox.wake_up):
            poller.register(source, zmq.POLLIN)
        while not self._stopping:
            # Reading an empty socket costs an exception, so only sockets with messages are read.
            ready = {source for source, _ in poller.poll(self._patience(events))}
            if self._outbox.wake_up.fileno() in ready:
                self._drain_rings()
            if self._control in ready:
                self._receive(self._control, self._on_control, events)
            if self._data in ready:
                self._receive(self._data, self._on_data, events)
            self.send_posted(events)
            self._probe(events)
            events.tick()

    def send_posted(self, events: Events) -> None:
        """Send everything posted, and the messages that did not fit full pipes before."""
        for client in list(self._backlog):
            self._retry(client, events)
        while (posted := self._outbox.take()) is not None:
            self._send(*posted, events)

    def close(self) -> None:
        """Give the last messages a moment to be sent, then close both sockets."""
        self._context.destroy(linger=_LINGER_MS)
        self._outbox.close()

    def _bound(self, endpoint: str) -> zmq.Socket[bytes]:
        if not endpoint.startswith("ipc://"):
            raise RuntimeFault(
                "invalid_request",
                f"endpoint {endpoint} is refused: only ipc:// is served",
                hint="Anyone who can reach a tcp port could run calls; use an ipc:// path in a private folder.",
            )
        router = self._context.socket(zmq.ROUTER)
        router.setsockopt(zmq.ROUTER_MANDATORY, 1)
        router.setsockopt(zmq.ROUTER_HANDOVER, 1)  # A client that reconnects keeps its identity.
        router.setsockopt(zmq.SNDHWM, _HIGH_WATER)
        router.setsockopt(zmq.RCVHWM, _HIGH_WATER)
        router.setsockopt(zmq.LINGER, _LINGER_MS)
        router.bind(endpoint)
        return router

    def _patience(self, events: Events) -> int:
        if self._backlog:
            return _RETRY_MS
        return _BUSY_TICK_MS if events.busy() else _TICK_MS

    def _drain_rings(self) -> None:
        try:
            while len(self._outbox.wake_up.recv(4096)) == 4096:
                pass
        except BlockingIOError:
            pass

    def _receive(
        self,
        router: zmq.Socket[bytes],
        handle: Callable[[bytes, Sequence[bytes], Events], None],
        events: Events,
    ) -> None:
        for _ in range(_BURST):
            try:
                client, *parts = router.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            try:
                handle(client, parts, events)
            except MalformedMessageError as error:
                events.malformed(client, error)

    def _on_control(self, client: bytes, parts: Sequence[bytes], events: Events) -> None:
        header = decode_control_header(parts)
        try:
            self._control.send_multipart([client, *encode_message(contract.PongMessage(header.id))], zmq.NOBLOCK)
        except zmq.ZMQError as error:
            _log.debug("a pong did not reach its client: %s", error)
        if isinstance(header, contract.Cancel):
            events.cancel(client, header.id)
        elif isinstance(header, contract.Shutdown):
            events.shutdown()

    def _on_data(self, client: bytes, parts: Sequence[bytes], events: Events) -> None:
        header = decode_client_header(parts)
        if isinstance(header, contract.Call):
            events.call(client, header)
        else:
            events.credit(client, header)

    def _send(self, client: bytes, parts: list[Part], events: Events) -> None:
        waiting = self._backlog.get(client)
        if waiting is not None:
            waiting.append(parts)
            if len(waiting) > _LARGEST_BACKLOG:
                self._lose(client, events)
        elif not self._sent(client, parts, events):
            self._backlog[client] = deque([parts])

    def _retry(self, client: bytes, events: Events) -> None:
        waiting = self._backlog[client]
        while waiting:
            if not self._sent(client, waiting[0], events):
                return
            waiting.popleft()
        self._backlog.pop(client, None)

    def _sent(self, client: bytes, parts: list[Part], events: Events) -> bool:
        """Try to send. False: the client's pipe is full. A message to a client that is gone counts as sent."""
        try:
            # Zero-copy sending has its own overhead, so it pays off only for large frames.
            small = len(parts) == 1 and len(parts[0]) < _COPIED_BYTES
            self._data.send_multipart([client, *parts], zmq.NOBLOCK, copy=small)
        except zmq.Again:
            return False
        except zmq.ZMQError as error:
            if error.errno != zmq.EHOSTUNREACH:
                raise
            self._lose(client, events)
        return True

    def _lose(self, client: bytes, events: Events) -> None:
        waiting = self._backlog.pop(client, None)
        if waiting is not None:
            waiting.clear()
        events.gone(client)

    def _probe(self, events: Events) -> None:
        """Ping all clients: only a send shows whether a client is there, and a lost one may hold models and calls."""
        now = time.monotonic()
        if now - self._probed_at < _PROBE_SECONDS:
            return
        self._probed_at = now
        for client in events.clients() - self._backlog.keys():
            # No client numbers a ping 0, so none waits for this pong.
            self._sent(client, encode_message(contract.PongMessage(0)), events)
