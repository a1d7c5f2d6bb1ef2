"""The runtime's server: what arrives on the sockets becomes calls, the compute thread runs them one after another."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence

from grait_runtime import contract
from grait_runtime.call_queue import MOST_WAITING, CallQueue
from grait_runtime.calls import ServedCall
from grait_runtime.compute import ComputeThread
from grait_runtime.context import Frame
from grait_runtime.errors import Cancelled, RuntimeFault
from grait_runtime.framing import MalformedMessageError, encode_message
from grait_runtime.operations import ServedOperation
from grait_runtime.parent_watch import ParentWatch
from grait_runtime.sockets import Outbox, SocketLoop
from grait_runtime.wire_errors import wire_error

_log = logging.getLogger(__name__)

#: How long a running call gets to notice that the server stops.
_FAREWELL_SECONDS = 2.0


class Server:
    """Both endpoints are bound when it is made. run() is the I/O thread; its methods are what happens there."""

    def __init__(
        self,
        operations: Mapping[str, ServedOperation],
        data_endpoint: str,
        control_endpoint: str,
        parent: ParentWatch | None = None,
    ) -> None:
        self._parent = parent
        self._outbox = Outbox()
        self._sockets = SocketLoop(data_endpoint, control_endpoint, self._outbox)
        self._queue = CallQueue()
        self._open: dict[tuple[bytes, int], ServedCall] = {}
        self._lock = threading.Lock()
        self._compute = ComputeThread(operations, self._queue, self._close_call)

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
        """End run() soon; for any thread or signal handler."""
        self._sockets.stop()

    # What the sockets tell; see sockets.Events.

    def call(self, client: bytes, header: contract.Call) -> None:
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

    def shutdown(self) -> None:
        _log.info("the client asked for the end")
        self.stop()

    def tick(self) -> None:
        if self._parent is not None:
            self._parent.check()
        running = self._compute.running
        if running is not None:
            running.progress.flush_due()

    def busy_clients(self) -> set[bytes]:
        return {call.client for call in self._open_calls()}

    # Bookkeeping shared with the compute thread.

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
        """A client whose control socket goes by another identity than its data socket can still be served alone."""
        matching = [call for call in self._open_calls() if call.id == call_id]
        if len(matching) > 1:
            _log.warning("a cancellation fits %d calls and was dropped; give both sockets one identity", len(matching))
        return matching[0] if len(matching) == 1 else None
