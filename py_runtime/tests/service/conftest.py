"""A server with test operations on a thread, and its endpoints."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from grait_runtime.service.server import Server
from tests.service.server_operations import TEST_SERVICE
from tests.service.wire_client import PATIENCE, Endpoints, WireClient


@pytest.fixture
def endpoints() -> Iterator[Endpoints]:
    """ipc endpoints in a folder with a short path: a socket's address holds 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="grait-", dir="/tmp"))
    yield f"ipc://{folder}/data", f"ipc://{folder}/control"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server(endpoints: Endpoints) -> Iterator[threading.Thread]:
    """The thread of a running server."""
    serving = Server(TEST_SERVICE, *endpoints)
    thread = threading.Thread(target=serving.run)
    thread.start()
    yield thread
    serving.stop()
    thread.join(PATIENCE)
    assert not thread.is_alive()


@pytest.fixture
def client(server: threading.Thread, endpoints: Endpoints) -> Iterator[WireClient]:
    one = WireClient(*endpoints, identity=b"one")
    yield one
    one.close()
