"""Runs the server on a thread of another program's interpreter, where its Python objects stay accessible."""

from __future__ import annotations

import os
import signal
import threading
import warnings
from typing import Any

from grait_runtime.service.operation_table import runtime_service
from grait_runtime.service.parent_watch import ParentWatch
from grait_runtime.service.server import Server

_JOIN_SECONDS = 5.0


class HostedRuntime:
    """A server that starts when created. Create it on the main thread of a process whose parent is the client."""

    def __init__(self, data_endpoint: str, control_endpoint: str, device: str, threads: int | None = None) -> None:
        # Ctrl-C in a terminal reaches this process too; the client decides what to do.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        warnings.filterwarnings("ignore", category=FutureWarning)  # meant for the libraries' developers
        self._service = runtime_service(device, threads)
        self._server = Server(self._service, data_endpoint, control_endpoint, ParentWatch(os.getppid()))
        # A daemon: the process ends with its main thread, which ends with the parent process.
        self._thread = threading.Thread(target=self._server.run, name="server", daemon=True)
        self._thread.start()

    def live(self, handle: str) -> Any:
        """The transformers module of a loaded model, the same object that the typed operations use."""
        assert self._service.models is not None
        return self._service.models().get(handle).module

    def stop(self) -> None:
        """Stop the server; the interpreter continues."""
        self._server.stop()
        self._thread.join(_JOIN_SECONDS)
