"""The thread that runs operations, one call at a time, and survives whatever they raise."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

import msgspec

from grait_runtime import contract
from grait_runtime.call_queue import CallQueue
from grait_runtime.calls import ServedCall, ServerContext
from grait_runtime.errors import Cancelled, RuntimeFault
from grait_runtime.memory_failure import free_memory
from grait_runtime.operations import ServedOperation
from grait_runtime.wire_errors import invalid_request, wire_error

_log = logging.getLogger(__name__)


class ComputeThread:
    """Takes calls from the queue; `close_call` is told of each call before its answer is posted."""

    def __init__(
        self,
        operations: Mapping[str, ServedOperation],
        queue: CallQueue,
        close_call: Callable[[ServedCall], None],
    ) -> None:
        self._operations = operations
        self._queue = queue
        self._close_call = close_call
        # A daemon: native code that does not come back must not keep the process alive.
        self._thread = threading.Thread(target=self._serve, name="compute", daemon=True)
        self.running: ServedCall | None = None

    def start(self) -> None:
        self._thread.start()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _serve(self) -> None:
        while (call := self._queue.take()) is not None:
            self.running = call
            answer = self._answer(call)
            if isinstance(answer, contract.ErrorMessage):
                free_memory()
            self.running = None
            call.progress.flush()
            self._close_call(call)
            _send_answer(call, answer)

    def _answer(self, call: ServedCall) -> contract.WireStruct:
        """The operation's result, or the error it ended with."""
        try:
            return contract.ResultMessage(call.id, self._result(call))
        except BaseException as error:  # A library may well call sys.exit().
            told = wire_error(error)
            if told.code == "internal":
                _log.error("%s failed: %s", call.operation, told.message, exc_info=error)
            return contract.ErrorMessage(call.id, told)

    def _result(self, call: ServedCall) -> contract.WireStruct:
        if call.cancelled:
            raise Cancelled
        operation = self._operations.get(call.operation)
        if operation is None:
            known = ", ".join(sorted(self._operations))
            raise RuntimeFault("invalid_request", f"there is no operation {call.operation}; there are {known}")
        shape = operation.contract
        request = _decoded(call, shape.request)
        call.request = msgspec.Raw()  # tens of megabytes for a data set; what was made of it is enough
        result = operation.run(request, ServerContext(call, shape.item))
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
