"""What an operation sees of the call it serves: cancellation, progress, warnings and the stream."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, cast, get_args

import numpy as np
from numpy.typing import NDArray

from grait_runtime.contract import TensorDtype, TensorRef, WireStruct

Frame = NDArray[np.generic]


class CallContext(Protocol):
    """Given to every operation by the server; tests and benchmarks give their own."""

    def check_cancelled(self) -> None:
        """Raise Cancelled if the client cancelled the call. To be called between batches."""

    def progress(self, done: float, total: float, unit: str, note: str = "") -> None:
        """Report `done` of `total` `unit`s; `note` is shown as it is (a loss, a rate)."""

    def warn(self, message: str) -> None:
        """Tell the client something it should know, once."""

    def emit(self, item: WireStruct, frames: Sequence[Frame] = ()) -> None:
        """Send a stream item and its raw frames; waits for the client's credit, raises Cancelled while waiting."""


def tensor_ref(array: Frame, frame: int) -> TensorRef:
    """Describe `array`, which travels as the message's frame number `frame` (little-endian, C order)."""
    name = array.dtype.name
    if name not in get_args(TensorDtype):
        raise TypeError(f"a tensor of dtype {name} cannot travel; convert it first")
    return TensorRef(dtype=cast(TensorDtype, name), shape=list(array.shape), frame=frame)
