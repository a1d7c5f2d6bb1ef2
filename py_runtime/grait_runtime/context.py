"""The interface between an operation and the call it serves: cancellation, progress, warnings and the stream."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, cast, get_args

import numpy as np
from numpy.typing import NDArray

from grait_runtime.contract import TensorDtype, TensorRef, WireStruct

Frame = NDArray[np.generic]


class CallContext(Protocol):
    """The context of one call. The server passes it to every operation; tests and benchmarks pass their own."""

    def check_cancelled(self) -> None:
        """Raise Cancelled if the client cancelled the call. Call this between batches."""

    def progress(self, done: float, total: float, unit: str, note: str = "") -> None:
        """Report `done` of `total` `unit`s; `note` (a loss, a rate) is shown unchanged."""

    def warn(self, message: str) -> None:
        """Send the client a warning, once."""

    def emit(self, item: WireStruct, frames: Sequence[Frame] = ()) -> None:
        """Send a stream item and its raw frames. Waits for the client's credit; may raise Cancelled while waiting."""


def tensor_ref(array: Frame, frame: int) -> TensorRef:
    """Describe `array`, which is sent as the message's frame number `frame` (little-endian, C order)."""
    name = array.dtype.name
    if name not in get_args(TensorDtype):
        raise TypeError(f"a tensor of dtype {name} cannot be sent; convert it first")
    return TensorRef(dtype=cast(TensorDtype, name), shape=list(array.shape), frame=frame)
