"""The right to compute: one call at a time has it, among all clients, and lends it between its batches."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

#: How long a call keeps computing while others wait, before it lets them go first.
SLICE_SECONDS = 0.05


class Leases:
    """Hands the lease on in order of request. `set_aside` puts the lending call's changes aside, then restores them."""

    def __init__(self, set_aside: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        self._set_aside = set_aside
        self._changed = threading.Condition()
        #: The holder of the lease, followed by those waiting for it.
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
        """Inside, others may compute; afterwards the holder has its lease back."""
        with self._set_aside():
            self._give()
            try:
                yield
            finally:
                self._take()

    def offer(self) -> None:
        """Let waiting calls go first if the holder has used its time slice."""
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
