"""Queues calls for the compute threads: in order of arrival within a client, one of each client after the other."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque

from grait_runtime.wire.calls import ServedCall

#: Maximum number of waiting calls per client.
MOST_WAITING = 256


class CallQueue:
    """A round-robin queue shared by several clients. Each client has at most one call running."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[bytes, deque[ServedCall]] = OrderedDict()
        #: Clients with a call that has been taken and has not finished.
        self._served: set[bytes] = set()
        self._idle_threads = 0
        self._closed = False
        self._changed = threading.Condition()

    def put(self, call: ServedCall) -> bool:
        """Queue a call; False if its client already has too many waiting."""
        with self._changed:
            of_client = self._waiting.setdefault(call.client, deque())
            if len(of_client) >= MOST_WAITING:
                return False
            of_client.append(call)
            self._changed.notify()
            return True

    def take(self, *, wait: bool = True) -> ServedCall | None:
        """Take the next call; its client goes to the end of the round. None: the queue is closed or none is ready."""
        with self._changed:
            if wait:
                self._idle_threads += 1
                self._changed.wait_for(lambda: self._closed or self._ready())
                self._idle_threads -= 1
            ready = self._ready()
            if self._closed or not ready:
                return None
            of_client = self._waiting.pop(ready[0])
            call = of_client.popleft()
            if of_client:
                self._waiting[call.client] = of_client
            self._served.add(call.client)
            return call

    def finished(self, call: ServedCall) -> None:
        """Mark a call as finished: its client's next call may be taken."""
        with self._changed:
            self._served.discard(call.client)
            self._changed.notify()

    def lacks_threads(self) -> bool:
        """Whether more clients are waiting for a thread than threads for a call."""
        with self._changed:
            return len(self._ready()) > self._idle_threads

    def remove(self, call: ServedCall) -> bool:
        """Remove a waiting call from the queue; False if it has been taken already."""
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

    def _ready(self) -> list[bytes]:
        return [client for client in self._waiting if client not in self._served]
