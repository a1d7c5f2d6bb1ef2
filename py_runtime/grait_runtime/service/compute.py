"""The threads that run operations and survive any exception, but for the loss of the GPU.

The calls of one client run one after another. While several clients have calls, each client gets its own thread, and
the thread with the lease computes (see wire/leases.py). So a long stream or training of one client never makes another
wait for longer than a batch or a micro-batch.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext

import msgspec

from grait_runtime import contract
from grait_runtime.device.memory_failure import free_memory, is_device_lost
from grait_runtime.errors import Cancelled, RuntimeFault
from grait_runtime.service.operation_table import ServedOperation
from grait_runtime.wire.call_queue import CallQueue
from grait_runtime.wire.calls import ServedCall, ServerContext
from grait_runtime.wire.error_messages import invalid_request, wire_error
from grait_runtime.wire.leases import Leases

_log = logging.getLogger(__name__)


class ComputeThreads:
    """Threads that take calls from the queue; `close_call` gets each call before its answer is posted."""

    def __init__(
        self,
        operations: Mapping[str, ServedOperation],
        queue: CallQueue,
        leases: Leases,
        close_call: Callable[[ServedCall], None],
        device_lost: Callable[[], None] = lambda: None,
    ) -> None:
        self._operations = operations
        self._queue = queue
        self._leases = leases
        self._close_call = close_call
        self._device_lost = device_lost
        self._lost = False
        self._threads: set[threading.Thread] = set()
        #: Calls that are running or waiting for their lease.
        self.running: set[ServedCall] = set()

    def start(self) -> None:
        self._add(self._serve_always)

    def add_where_needed(self) -> None:
        """Add a thread if needed. Call this after queuing a call: another client may be using the only thread."""
        if self._queue.lacks_threads():
            self._add(self._serve_the_waiting)

    def join(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        for thread in list(self._threads):
            thread.join(max(0.0, end - time.monotonic()))

    def _add(self, serve: Callable[[], None]) -> None:
        # A daemon: native code that never returns must not keep the process alive.
        thread = threading.Thread(target=serve, name="compute", daemon=True)
        self._threads.add(thread)
        thread.start()

    def _serve_always(self) -> None:
        while (call := self._queue.take()) is not None:
            self._run(call)

    def _serve_the_waiting(self) -> None:
        while (call := self._queue.take(wait=False)) is not None:
            self._run(call)
        self._threads.discard(threading.current_thread())

    def _run(self, call: ServedCall) -> None:
        self.running.add(call)
        answer = self._answer(call)
        if isinstance(answer, contract.ErrorMessage) and not self._lost:
            free_memory()
        self.running.discard(call)
        call.progress.flush()
        self._close_call(call)
        _send_answer(call, answer)
        self._queue.finished(call)
        if self._lost:
            _log.error("the GPU is lost to this process, which ends; the next run starts another and goes on")
            self._device_lost()

    def _answer(self, call: ServedCall) -> contract.WireStruct:
        """The operation's result, or the error that ended it."""
        try:
            return contract.ResultMessage(call.id, self._result(call))
        except BaseException as error:  # A library may call sys.exit().
            told = wire_error(error)
            self._lost = self._lost or is_device_lost(error)
            if told.code == "internal":
                _log.error("%s failed: %s", call.operation, told.message, exc_info=error)
            return contract.ErrorMessage(call.id, told)

    def _result(self, call: ServedCall) -> contract.WireStruct:
        operation = self._operations.get(call.operation)
        if operation is None:
            known = ", ".join(sorted(self._operations))
            raise RuntimeFault("invalid_request", f"there is no operation {call.operation}; known: {known}")
        shape = operation.contract
        request, context = _decoded(call, shape.request), ServerContext(call, shape.item, self._leases)
        call.request = msgspec.Raw()  # frees tens of megabytes for a data set; the decoded request is enough
        with nullcontext() if operation.needs_no_lease else self._leases.held():
            if call.cancelled:
                raise Cancelled
            result = operation.run(request, context)
        if not isinstance(result, shape.result):
            raise TypeError(f"{call.operation} returned a {type(result).__name__}, not a {shape.result.__name__}")
        return result


def _decoded(call: ServedCall, shape: type[contract.WireStruct]) -> contract.WireStruct:
    try:
        return msgspec.msgpack.decode(call.request, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise invalid_request(call.operation, error) from error


def _send_answer(call: ServedCall, answer: contract.WireStruct) -> None:
    try:
        call.send(answer)
    except Exception as error:
        _log.exception("the answer to %s cannot be encoded", call.operation)
        call.send(contract.ErrorMessage(call.id, wire_error(error)))
