"""Limits the progress messages of a call to a rate that a person can follow."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from grait_runtime.contract import ProgressMessage

#: At most one progress message per call in this time.
INTERVAL_SECONDS = 0.1


class ThrottledProgress:
    """Sends the newest progress of a call when it is due. Both the compute and the I/O thread use it.

    The lock is held while sending, so that no progress message can arrive after the call's answer.
    """

    def __init__(self, send: Callable[[ProgressMessage], None]) -> None:
        self._send = send
        self._lock = threading.Lock()
        self._newest: ProgressMessage | None = None
        self._sent_at = float("-inf")

    def put(self, message: ProgressMessage) -> None:
        """Set the newest progress, which replaces any not yet sent."""
        with self._lock:
            self._newest = message
        self.flush_due()

    def flush_due(self) -> None:
        """Send the waiting progress, unless the last message was sent only just now."""
        with self._lock:
            if time.monotonic() - self._sent_at >= INTERVAL_SECONDS:
                self._flush()

    def flush(self) -> None:
        """Send the waiting progress, because the call ends."""
        with self._lock:
            self._flush()

    def _flush(self) -> None:
        newest, self._newest = self._newest, None
        if newest is not None:
            self._sent_at = time.monotonic()
            self._send(newest)
