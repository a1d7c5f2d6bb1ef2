"""The right to compute: one call of all clients has it at a time, and lends it between two of its batches."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

#: A call that others wait for computes on for so long before it lets them go first.
SLICE_SECONDS = 0.05


class Leases:
    """Handed on in the order of asking. `set_aside` clears away what the lending call has in place, and restores it."""

    def __init__(self, set_aside: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        self._set_aside = set_aside
        self._changed = threading.Condition()
        #: Who holds the lease, then who waits for it.
        self._line: deque[object] = deque()
        self._taken_at = 0.0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Inside, nobody else computes."""
        self._take()
        try:
            yield
        finally:
            self._give()

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Inside, others may compute; the holder has its lease back afterwards."""
        with self._set_aside():
            self._give()
            try:
                yield
            finally:
                self._take()

    def offer(self) -> None:
        """Let those that wait go first, where the holder has had its slice."""
        if len(self._line) > 1 and time.monotonic() - self._taken_at >= SLICE_SECONDS:
            with self.lent():
                pass

    def _take(self) -> None:
        ticket = object()
        with self._changed:
            self._line.append(ticket)
            self._changed.wait_for(lambda: self._line[0] is ticket)
            self._taken_at = time.monotonic()

    def _give(self) -> None:
        with self._changed:
            self._line.popleft()
            self._changed.notify_all()
