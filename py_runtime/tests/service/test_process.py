"""The server as a process: `python -m grait_runtime`, its life and its end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grait_runtime.contract import OPERATIONS, PROTOCOL_VERSION
from grait_runtime.schema import contract_hash
from tests.service.wire_client import Endpoints, WireClient

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def command(endpoints: Endpoints, *more: str) -> list[str]:
    return [sys.executable, "-m", "grait_runtime", "--data", endpoints[0], "--control", endpoints[1], *more]


@pytest.fixture
def runtime(endpoints: Endpoints) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command(endpoints, "--parent-pid", str(os.getpid()), "--threads", "1", "--device", "cpu"),
        env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    yield process
    process.kill()
    process.communicate()


@pytest.fixture
def client(runtime: subprocess.Popen[str], endpoints: Endpoints) -> Iterator[WireClient]:
    one = WireClient(*endpoints, identity=b"one")
    yield one
    one.close()


def handshake(protocol: int = PROTOCOL_VERSION, contract: str | None = None) -> dict[str, object]:
    return {"protocol": protocol, "contractHash": contract or contract_hash(), "client": "grait 0.0.0"}


def test_the_handshake_tells_versions_device_and_dtype(client: WireClient, runtime: subprocess.Popen[str]) -> None:
    assert client.until_answer(client.call("noop"))[1]["kind"] == "result"
    call = client.call("handshake", handshake())
    header, _ = client.receive(60)
    assert header["id"] == call
    told = header["result"]
    assert told["pid"] == runtime.pid
    assert told["contractHash"] == contract_hash()
    assert {"python", "grait_runtime", "torch", "transformers", "peft", "msgspec"} <= told["versions"].keys()
    assert told["device"]["kind"] == "cpu"
    assert told["device"]["threads"] == 1
    assert told["device"]["memoryBytes"] > 2**28
    assert told["dtype"] in ("float32", "bfloat16")


@pytest.mark.parametrize(("protocol", "contract"), [(99, None), (PROTOCOL_VERSION, "0" * 64)])
def test_a_client_of_another_contract_is_refused_with_both_versions(
    client: WireClient, protocol: int, contract: str | None
) -> None:
    _, answer = client.until_answer(client.call("handshake", handshake(protocol, contract)))
    error = answer["error"]
    assert error["code"] == "protocol_mismatch"
    assert f"protocol {protocol}" in error["message"]
    assert f"protocol {PROTOCOL_VERSION}" in error["message"]
    assert json.loads(error["details"])["runtime"] == {"protocol": PROTOCOL_VERSION, "contractHash": contract_hash()}
    assert error["hint"]


def test_shutdown_ends_the_process_with_status_0(client: WireClient, runtime: subprocess.Popen[str]) -> None:
    assert client.ask_control("shutdown", 3) == {"kind": "pong", "id": 3}
    stdout, stderr = runtime.communicate(timeout=10)
    assert runtime.returncode == 0
    assert stdout == ""
    assert all(json.loads(line)["message"] for line in stderr.splitlines())


def test_ctrl_c_is_ignored_and_sigterm_ends_the_process_cleanly(
    client: WireClient, runtime: subprocess.Popen[str]
) -> None:
    client.ask_control("ping", 1)
    runtime.send_signal(signal.SIGINT)
    assert client.ask_control("ping", 2) == {"kind": "pong", "id": 2}
    runtime.send_signal(signal.SIGTERM)
    assert runtime.wait(5) == 0


def test_the_process_ends_within_two_seconds_of_its_parents_death(endpoints: Endpoints, tmp_path: Path) -> None:
    launch = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen([*sys.argv[2:], '--parent-pid', str(os.getpid())])\n"
        "open(sys.argv[1], 'w').write(str(child.pid))\n"
        "time.sleep(60)\n"
    )
    noted = tmp_path / "pid"
    parent = subprocess.Popen([sys.executable, "-c", launch, str(noted), *command(endpoints)], env=ENVIRONMENT)
    client = WireClient(*endpoints)
    assert client.ask_control("ping", 1)["kind"] == "pong"
    pid = int(noted.read_text())
    parent.kill()
    parent.wait()
    assert ended(pid, seconds=2)
    client.close()


def ended(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if is_zombie(pid):
            return True
        time.sleep(0.02)
    return False


def is_zombie(pid: int) -> bool:
    """Nobody may be there to reap an orphan in a container."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return False


def test_a_tcp_endpoint_is_refused() -> None:
    run = subprocess.run(
        command(("tcp://127.0.0.1:5555", "tcp://127.0.0.1:5556")),
        env=ENVIRONMENT, capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    assert run.returncode == 2
    assert "only ipc:// is served" in json.loads(run.stderr.splitlines()[-1])["message"]


def test_a_path_too_long_for_a_socket_is_refused(tmp_path: Path) -> None:
    endpoint = f"ipc://{tmp_path}/{'x' * 120}"
    run = subprocess.run(
        command((endpoint, endpoint + "c")), env=ENVIRONMENT, capture_output=True, text=True, timeout=20, check=False
    )
    assert run.returncode == 2
    assert "longer than" in json.loads(run.stderr.splitlines()[-1])["message"]


def test_every_operation_of_the_contract_is_served_by_a_function_that_takes_its_request() -> None:
    check = (
        "import inspect\n"
        "from grait_runtime.contract import OPERATIONS\n"
        "from grait_runtime.service.operation_table import implementation, runtime_service\n"
        "assert runtime_service().operations.keys() == OPERATIONS.keys()\n"
        "for name in OPERATIONS.keys() - {'handshake', 'noop'}:\n"
        "    signature = inspect.signature(implementation(name))\n"
        "    assert signature.parameters['request'].annotation == OPERATIONS[name].request.__name__, name\n"
        "    assert signature.return_annotation == OPERATIONS[name].result.__name__, name\n"
    )
    subprocess.run([sys.executable, "-c", check], env=ENVIRONMENT, timeout=120, check=True)


def test_serving_and_describing_the_contract_imports_no_torch() -> None:
    check = (
        "import sys, grait_runtime.__main__, grait_runtime.schema\n"
        "from grait_runtime.service.operation_table import runtime_service\n"
        f"assert len(runtime_service().operations) == {len(OPERATIONS)}\n"
        "grait_runtime.schema.contract_hash()\n"
        "assert not {'torch', 'transformers'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", check], env=ENVIRONMENT, timeout=20, check=True)
