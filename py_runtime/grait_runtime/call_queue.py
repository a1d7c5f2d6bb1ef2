"""Calls that wait for the compute thread: in order of arrival within a client, in turns between clients."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque

from grait_runtime.calls import ServedCall

#: Calls that one client may have waiting.
MOST_WAITING = 256


class CallQueue:
    """A round-robin queue that several clients share."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[bytes, deque[ServedCall]] = OrderedDict()
        self._closed = False
        self._changed = threading.Condition()

    def put(self, call: ServedCall) -> bool:
        """Queue a call; False where its client already has too many waiting."""
        with self._changed:
            of_client = self._waiting.setdefault(call.client, deque())
            if len(of_client) >= MOST_WAITING:
                return False
            of_client.append(call)
            self._changed.notify()
            return True

    def take(self) -> ServedCall | None:
        """Wait for the next call; its client then goes to the end of the round. None: the queue was closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._waiting)
            if self._closed:
                return None
            client, of_client = self._waiting.popitem(last=False)
            call = of_client.popleft()
            if of_client:
                self._waiting[client] = of_client
            return call

    def remove(self, call: ServedCall) -> bool:
        """Take a call out of the queue; False where it has been taken already."""
        with self._changed:
            of_client = self._waiting.get(call.client)
            if of_client is None or call not in of_client:
                return False
            of_client.remove(call)
            if not of_client:
                del self._waiting[call.client]
            return True

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
