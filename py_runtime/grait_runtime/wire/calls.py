"""A call that the runtime is serving: its credit, its cancellation, and the context that its operation gets."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import msgspec

from grait_runtime import contract
from grait_runtime.context import Frame
from grait_runtime.errors import Cancelled
from grait_runtime.wire.framing import portable_text
from grait_runtime.wire.leases import SLICE_SECONDS, Leases
from grait_runtime.wire.progress import ThrottledProgress

#: Posts a header and its frames to a client; any thread may call it.
Post = Callable[[bytes, contract.WireStruct, Sequence[Frame]], None]


class ServedCall:
    """A call of one client. Credits and cancellation arrive on the I/O thread; the compute thread waits for them."""

    def __init__(self, client: bytes, header: contract.Call, post: Post) -> None:
        self.client = client
        self.id = header.id
        self.operation = header.operation
        self.request: msgspec.Raw = header.request
        self.progress = ThrottledProgress(self.send)
        self._post = post
        self._credit = header.credit
        self._cancelled = False
        self._changed = threading.Condition()

    @property
    def key(self) -> tuple[bytes, int]:
        """The call's unique key: ids are unique only within a client."""
        return (self.client, self.id)

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def send(self, header: contract.WireStruct, frames: Sequence[Frame] = ()) -> None:
        """Post a message to the call's client."""
        self._post(self.client, header, frames)

    def grant(self, items: int) -> None:
        """Allow `items` more stream items."""
        with self._changed:
            self._credit += items
            self._changed.notify_all()

    def cancel(self) -> None:
        with self._changed:
            self._cancelled = True
            self._changed.notify_all()

    def take_credit(self, seconds: float | None = None) -> bool:
        """Wait until one more item may be sent, and count it. False: not within `seconds`. May raise Cancelled."""
        with self._changed:
            self._changed.wait_for(lambda: self._cancelled or self._credit > 0, seconds)
            if self._cancelled:
                raise Cancelled
            if self._credit == 0:
                return False
            self._credit -= 1
            return True


class ServerContext:
    """The CallContext of a served call; see context.py."""

    def __init__(self, call: ServedCall, item: type[contract.WireStruct] | None, leases: Leases) -> None:
        self._call = call
        self._item = item
        self._leases = leases

    @property
    def client(self) -> bytes:
        """The client that made the call."""
        return self._call.client

    def check_cancelled(self) -> None:
        """Raise Cancelled if needed. Called between two batches, so other clients may compute here."""
        if not self._call.cancelled:
            self._leases.offer()
        if self._call.cancelled:
            raise Cancelled

    def progress(self, done: float, total: float, unit: str, note: str = "") -> None:
        self._call.progress.put(
            contract.ProgressMessage(self._call.id, float(done), float(total), unit, portable_text(note))
        )

    def warn(self, message: str) -> None:
        self._call.send(contract.WarningMessage(self._call.id, portable_text(message)))

    def emit(self, item: contract.WireStruct, frames: Sequence[Frame] = ()) -> None:
        """Send an item. Its frames are not copied: do not change an array after emitting it."""
        if self._item is None or not isinstance(item, self._item):
            raise TypeError(f"{self._call.operation} may not emit a {type(item).__name__}")
        if not self._call.take_credit(SLICE_SECONDS):
            with self._leases.lent():  # A slow reader must not keep other clients waiting.
                self._call.take_credit()
        self._call.send(contract.ItemMessage(self._call.id, item), frames)
