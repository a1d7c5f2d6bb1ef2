"""Operations that only the tests of the server know: they stream, fail, spin and wait on purpose."""

from __future__ import annotations

import errno
import sys
import time
from typing import Any

import msgspec
import numpy as np

from grait_runtime.context import CallContext, tensor_ref
from grait_runtime.contract import Nothing, Operation, TensorRef, WireStruct
from grait_runtime.errors import RuntimeFault
from grait_runtime.service.operation_table import ServedOperation, Service, noop


class CountRequest(WireStruct):
    items: int
    elements: int


class CountItem(WireStruct):
    index: int
    values: TensorRef


class FailRequest(WireStruct):
    how: str


class SpinRequest(WireStruct):
    seconds: float


class NestedRequest(WireStruct):
    rows: list[FailRequest]


def count(request: CountRequest, context: CallContext) -> Nothing:
    """Item i carries `elements` float32 of value i."""
    for index in range(request.items):
        values = np.full(request.elements, index, dtype=np.float32)
        context.emit(CountItem(index, tensor_ref(values, 0)), [values])
    return Nothing()


def fail(request: FailRequest, context: CallContext) -> Any:
    match request.how:
        case "fault":
            raise RuntimeFault("adapter_not_found", "no adapter in ./x", hint="train one", details={"path": "x"})
        case "gpu":
            raise RuntimeError("CUDA error: an illegal memory access was encountered")
        case "memory":
            raise MemoryError
        case "allocator":
            raise RuntimeError(
                "[enforce fail at alloc_cpu.cpp] . DefaultCPUAllocator: can't allocate memory: you tried"
            )
        case "disk":
            raise OSError(errno.ENOSPC, "No space left on device")
        case "quota":
            raise RuntimeError("Error while serializing: I/O error: Disk quota exceeded (os error 122)")
        case "too large":
            raise OSError(errno.EFBIG, "File too large", "/runs/x")
        case "broken disk":
            raise RuntimeError("Error while serializing: I/O error: Input/output error (os error 5)")
        case "not allowed":
            raise PermissionError(errno.EACCES, "Permission denied", "/runs/x")
        case "exit":
            sys.exit(1)
        case "surrogate":
            raise RuntimeFault("model_not_found", "no model in \udcff")
        case "details":
            raise RuntimeFault("internal", "odd details", details={"set": {1}})
        case "unencodable":
            return Unencodable(object())
        case "other type":
            return SpinRequest(1.0)
        case "wrong item":
            context.emit(Nothing())
    raise KeyError("nobody foresaw this")


class Unencodable(Nothing, frozen=True):
    value: Any


class Held:
    """Stands for tensors: kept alive by a reference cycle until someone collects it."""

    alive = 0

    def __init__(self) -> None:
        self.itself = self
        Held.alive += 1

    def __del__(self) -> None:
        Held.alive -= 1


def hold(_request: Nothing, context: CallContext) -> Nothing:
    held = Held()
    while held.itself is held:
        context.check_cancelled()
        time.sleep(0.01)
    return Nothing()


def spin(request: SpinRequest, _context: CallContext) -> Nothing:
    """Holds the interpreter as pure Python code does, and never asks whether it was cancelled."""
    end = time.monotonic() + request.seconds
    while time.monotonic() < end:
        sum(range(1000))
    return Nothing()


def wait(_request: Nothing, context: CallContext) -> Nothing:
    """Ends only by cancellation."""
    while True:
        context.check_cancelled()
        time.sleep(0.01)


def report(request: CountRequest, context: CallContext) -> Nothing:
    context.warn("odd \udcff name")
    for index in range(request.items):
        context.progress(index + 1, request.items, "rows")
        time.sleep(0.002)
    return Nothing()


def stall(_request: Nothing, context: CallContext) -> Nothing:
    """Reports twice at once, then nothing for a second."""
    context.progress(1, 2, "rows")
    context.progress(2, 2, "rows")
    time.sleep(1)
    return Nothing()


TEST_SERVICE = Service(
    {
        "noop": ServedOperation(Operation(Nothing, None, Nothing), noop),
        "count": ServedOperation(Operation(CountRequest, CountItem, Nothing), count),
        "fail": ServedOperation(Operation(FailRequest, CountItem, Nothing), fail),
        "spin": ServedOperation(Operation(SpinRequest, None, Nothing), spin),
        "wait": ServedOperation(Operation(Nothing, None, Nothing), wait),
        "report": ServedOperation(Operation(CountRequest, None, Nothing), report),
        "stall": ServedOperation(Operation(Nothing, None, Nothing), stall),
        "hold": ServedOperation(Operation(Nothing, None, Nothing), hold),
        "nested": ServedOperation(Operation(NestedRequest, None, Nothing), noop),
        "ping": ServedOperation(Operation(Nothing, None, Nothing), noop, needs_no_lease=True),
    }
)

#: Bytes that look like a call up to the place where msgpack breaks off.
BROKEN_CALL = msgspec.msgpack.encode({"kind": "call", "id": 1, "operation": "noop"})[:-2]
