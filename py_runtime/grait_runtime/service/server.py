"""The runtime's server: turns messages on the sockets into calls, which the compute threads run."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence

import msgspec

from grait_runtime import contract
from grait_runtime.context import Frame
from grait_runtime.errors import Cancelled, RuntimeFault
from grait_runtime.service.compute import ComputeThreads
from grait_runtime.service.operation_table import ClientContext, ServedOperation, Service
from grait_runtime.service.parent_watch import ParentWatch
from grait_runtime.wire.call_queue import MOST_WAITING, CallQueue
from grait_runtime.wire.calls import ServedCall
from grait_runtime.wire.error_messages import wire_error
from grait_runtime.wire.framing import MalformedMessageError, encode_message
from grait_runtime.wire.leases import Leases
from grait_runtime.wire.sockets import Outbox, SocketLoop

_log = logging.getLogger(__name__)

#: How long a running call has to notice that the server is stopping.
_FAREWELL_SECONDS = 2.0
#: The pseudo operation queued last for a disconnected client; it frees what the client held.
_LEAVE = "$leave"
_NOTHING = msgspec.Raw(msgspec.msgpack.encode({}))


class Server:
    """The server of both endpoints, bound at creation. run() is the I/O thread; the event methods run on it."""

    def __init__(
        self,
        service: Service,
        data_endpoint: str,
        control_endpoint: str,
        parent: ParentWatch | None = None,
        idle_seconds: float | None = None,
    ) -> None:
        self._parent = parent
        self._idle_seconds = idle_seconds
        self._busy_at = time.monotonic()
        self._outbox = Outbox()
        self._sockets = SocketLoop(data_endpoint, control_endpoint, self._outbox)
        self._queue = CallQueue()
        self._open: dict[tuple[bytes, int], ServedCall] = {}
        self._lock = threading.Lock()
        #: Clients that have called and are not known to be gone.
        self._clients: set[bytes] = set()
        operations = {**service.operations, _LEAVE: _leaving(service)}
        self._compute = ComputeThreads(operations, self._queue, Leases(service.set_aside), self._close_call, self.stop)

    def run(self) -> None:
        """Serve until shutdown() or stop()."""
        self._compute.start()
        try:
            self._sockets.run(self)
        finally:
            for call in self._open_calls():
                call.cancel()
            self._queue.close()
            self._compute.join(_FAREWELL_SECONDS)
            self._sockets.send_posted(self)
            self._sockets.close()

    def stop(self) -> None:
        """Make run() end soon. Any thread or signal handler may call this."""
        self._sockets.stop()

    # Events from the sockets; see sockets.Events.

    def call(self, client: bytes, header: contract.Call) -> None:
        self._clients.add(client)
        call = ServedCall(client, header, self._post)
        with self._lock:
            taken = call.key in self._open
            if not taken:
                self._open[call.key] = call
        if taken:
            self._refuse(client, header.id, RuntimeFault("invalid_request", f"call id {header.id} is already in use"))
        elif not self._queue.put(call):
            self._close_call(call)
            self._refuse(
                client,
                header.id,
                RuntimeFault("invalid_request", f"{MOST_WAITING} calls are already waiting", retryable=True),
            )
        else:
            self._compute.add_where_needed()

    def credit(self, client: bytes, header: contract.Credit) -> None:
        call = self._find(client, header.id)
        if call is not None:
            call.grant(header.credit)

    def cancel(self, client: bytes, call_id: int) -> None:
        call = self._find(client, call_id) or self._only_call(call_id)
        if call is None:
            return
        call.cancel()
        if self._queue.remove(call):
            self._close_call(call)
            self._refuse(call.client, call.id, Cancelled())

    def malformed(self, client: bytes, error: MalformedMessageError) -> None:
        _log.warning("a message was refused: %s", error)
        if error.call_id is not None and self._find(client, error.call_id) is None:
            self._refuse(client, error.call_id, RuntimeFault("invalid_request", str(error)))

    def gone(self, client: bytes) -> None:
        for call in self._open_calls():
            if call.client != client:
                continue
            call.cancel()
            if self._queue.remove(call):
                self._close_call(call)
        if client in self._clients:
            self._clients.discard(client)
            _log.info("a client is gone; freeing what it held")
            # Queued as the client's own last call, so it runs after a call that may still be running.
            self._queue.put(ServedCall(client, contract.Call(0, _LEAVE, _NOTHING, 0), _to_nobody))
            self._compute.add_where_needed()

    def shutdown(self) -> None:
        _log.info("the client asked to shut down")
        self.stop()

    def tick(self) -> None:
        if self._parent is not None:
            self._parent.check()
        for running in tuple(self._compute.running):
            running.progress.flush_due()
        if self.busy():
            self._busy_at = time.monotonic()
        elif self._idle_seconds is not None and time.monotonic() - self._busy_at >= self._idle_seconds:
            _log.info("no calls for %g s: shutting down", self._idle_seconds)
            self.stop()

    def clients(self) -> set[bytes]:
        return self._clients

    def busy(self) -> bool:
        return len(self._open) > 0

    # State shared with the compute threads.

    def _post(self, client: bytes, header: contract.WireStruct, frames: Sequence[Frame]) -> None:
        self._outbox.post(client, encode_message(header, frames))

    def _refuse(self, client: bytes, call_id: int, fault: RuntimeFault) -> None:
        self._post(client, contract.ErrorMessage(call_id, wire_error(fault)), ())

    def _close_call(self, call: ServedCall) -> None:
        with self._lock:
            self._open.pop(call.key, None)

    def _open_calls(self) -> list[ServedCall]:
        with self._lock:
            return list(self._open.values())

    def _find(self, client: bytes, call_id: int) -> ServedCall | None:
        with self._lock:
            return self._open.get((client, call_id))

    def _only_call(self, call_id: int) -> ServedCall | None:
        """The only open call with this id: for a client whose two sockets have different identities, if it is alone."""
        matching = [call for call in self._open_calls() if call.id == call_id]
        if len(matching) > 1:
            _log.warning("dropped a cancellation that matches %d calls; give both sockets one identity", len(matching))
        return matching[0] if len(matching) == 1 else None


def _leaving(service: Service) -> ServedOperation:
    def leave(_request: contract.Nothing, context: ClientContext) -> contract.Nothing:
        service.release(context.client)
        return contract.Nothing()

    return ServedOperation(contract.Operation(contract.Nothing, None, contract.Nothing), leave)


def _to_nobody(_client: bytes, _header: contract.WireStruct, _frames: Sequence[Frame]) -> None:
    pass
