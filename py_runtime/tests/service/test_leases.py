"""Several clients at work at once: nobody waits for another's whole stream or training, and no value changes by it."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grait_runtime.adapters.folder import ADAPTER_FILE, OPTIMIZER_FILE
from grait_runtime.contract import Prompt, WireStruct
from grait_runtime.service.operation_table import runtime_service
from grait_runtime.service.server import Server
from tests.lora_cases import lora, samples, train_settings
from tests.requests import load_request
from tests.service.wire_client import PATIENCE, Endpoints, Header, WireClient

Dirs = Callable[..., Path]


@pytest.fixture
def other(client: WireClient, endpoints: Endpoints) -> Iterator[WireClient]:
    second = WireClient(*endpoints, identity=b"two")
    yield second
    second.close()


def test_a_call_that_never_ends_lets_others_compute_between_its_batches(client: WireClient, other: WireClient) -> None:
    endless = client.call("wait")
    time.sleep(0.1)
    for _ in range(5):
        assert other.until_answer(other.call("count", {"items": 0, "elements": 1}))[1]["kind"] == "result"
    client.ask_control("cancel", endless)
    assert client.until_answer(endless)[1]["error"]["code"] == "cancelled"


def test_a_stream_that_waits_for_credit_lets_others_compute(client: WireClient, other: WireClient) -> None:
    slow = client.call("count", {"items": 3, "elements": 1}, credit=1)
    client.receive()
    assert other.until_answer(other.call("count", {"items": 0, "elements": 1}))[1]["kind"] == "result"
    client.grant(slow, 2)
    before, answer = client.until_answer(slow)
    assert [item["item"]["index"] for item in before] == [1, 2]
    assert answer["kind"] == "result"


def test_what_needs_no_lease_is_answered_while_another_client_computes_without_a_pause(
    client: WireClient, other: WireClient
) -> None:
    client.call("spin", {"seconds": 2.0})
    time.sleep(0.05)
    start = time.monotonic()
    assert other.until_answer(other.call("ping"))[1]["kind"] == "result"
    assert time.monotonic() - start < 1


def test_a_second_call_of_the_same_client_waits_for_the_first(client: WireClient) -> None:
    first, second = client.call("spin", {"seconds": 0.3}), client.call("ping")
    assert client.receive()[0]["id"] == first
    assert client.receive()[0]["id"] == second


@pytest.fixture
def serving(endpoints: Endpoints) -> Iterator[None]:
    """A server of the real operations."""
    served = Server(runtime_service("cpu", 1), *endpoints)
    thread = threading.Thread(target=served.run)
    thread.start()
    yield
    served.stop()
    thread.join(PATIENCE)


@pytest.fixture
def two(serving: None, endpoints: Endpoints) -> Iterator[tuple[WireClient, WireClient]]:
    clients = WireClient(*endpoints, identity=b"one"), WireClient(*endpoints, identity=b"two")
    yield clients
    for one in clients:
        one.close()


def wire(request: WireStruct) -> Any:
    return msgspec.msgpack.decode(msgspec.msgpack.encode(request))


def answered(client: WireClient, operation: str, request: Any, credit: int = 0) -> tuple[list[Header], Any]:
    before, answer = client.until_answer(client.call(operation, request, credit))
    assert answer["kind"] == "result", answer
    return [message for message in before if message["kind"] == "item"], answer["result"]


def loaded(client: WireClient, folder: Path, adapter: Path | None = None) -> str:
    request = load_request(f"path:{folder}", adapter=str(adapter) if adapter else None)
    return str(answered(client, "loadModel", wire(request))[1]["model"])


def training(model: str, output: Path, checkpointing: bool = False) -> Any:
    return {
        "model": model,
        "samples": wire_all(samples()),
        "lora": wire(lora(dropout=0.1)),
        "train": wire(train_settings(epochs=8.0, learning_rate=1e-2, gradient_checkpointing=checkpointing)),
        "seed": 1,
        "keepOptimizer": True,
        "output": str(output),
        "checkpoint": None,
    }


def generating(model: str) -> Any:
    items = wire_all([Prompt(id=f"q{n}", messages=None, prompt="What is the capital of " * (1 + n)) for n in range(4)])
    return {
        "model": model, "items": items, "samples": 3, "temperature": 1.0, "maxTokens": 24, "stop": [], "seed": 5,
        "thinkTokens": 0, "targets": [], "tokenBudget": 200, "completed": [], "halvings": 0,
    }  # fmt: skip


def features(model: str, adapter: Path) -> Any:
    return {
        "model": model, "adapter": str(adapter), "samples": wire_all(samples()), "form": "adam", "normalise": True,
        "projection": {"kind": "sjlt", "dim": 64, "seed": 1, "sparsity": 4}, "dtype": "float32", "tokenBudget": 60,
        "completed": [], "halvings": 0,
    }  # fmt: skip


def frames_of(client: WireClient, operation: str, request: Any) -> list[Any]:
    """Items and frames of a stream."""
    call = client.call(operation, request, 99)
    received: list[Any] = []
    while True:
        header, frames = client.receive()
        if header["kind"] in ("result", "error"):
            assert (header["id"], header["kind"]) == (call, "result"), header
            return received
        if header["kind"] == "item":
            received.append((header["item"], frames))


def wire_all(structs: list[Any]) -> list[Any]:
    return [wire(struct) for struct in structs]


def digests(folder: Path) -> list[str]:
    return [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in (ADAPTER_FILE, OPTIMIZER_FILE)]


@pytest.mark.parametrize("checkpointing", [False, True])
def test_a_training_and_streams_of_others_on_the_same_weights_give_the_same_bytes_as_alone(
    two: tuple[WireClient, WireClient], tiny_dir: Dirs, tmp_path: Path, checkpointing: bool
) -> None:
    one, second = two
    folder = tiny_dir("llama")
    model = loaded(one, folder)
    answered(one, "trainLora", training(model, tmp_path / "alone", checkpointing))
    adapter = tmp_path / "alone"
    bare, adapted = loaded(second, folder), loaded(second, folder, adapter)
    calls = [
        ("generate", generating(bare)),
        ("generate", generating(adapted)),
        ("gradientFeatures", features(bare, adapter)),
    ]
    expected = [frames_of(second, operation, request) for operation, request in calls]

    call = one.call("trainLora", training(model, tmp_path / "together", checkpointing))
    rounds = 0
    while not one.data.poll(0) or one.receive()[0]["kind"] != "result":
        for (operation, request), frames in zip(calls, expected, strict=True):
            assert frames_of(second, operation, request) == frames
        rounds += 1
    assert call > 0
    assert rounds > 1, "nothing was interleaved"
    assert digests(tmp_path / "together") == digests(tmp_path / "alone")


def test_the_models_of_a_client_that_is_gone_are_unloaded_and_those_of_others_stay(
    two: tuple[WireClient, WireClient], endpoints: Endpoints, tiny_dir: Dirs
) -> None:
    one, second = two
    theirs, mine = loaded(one, tiny_dir("llama")), loaded(second, tiny_dir("gpt2"))
    one.call("generate", {**generating(theirs), "maxTokens": 400, "samples": 40}, credit=1)
    one.close()
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        _, answer = second.until_answer(second.call("countTokens", {"model": theirs, "items": []}))
        if answer["kind"] == "error":
            break
        time.sleep(0.1)
    assert "there is no loaded model" in answer["error"]["message"]
    assert answered(second, "countTokens", {"model": mine, "items": []})[1] == {"counts": []}


def test_a_server_ends_when_nobody_has_called_for_the_time_allowed_and_not_while_a_call_runs(
    endpoints: Endpoints,
) -> None:
    from tests.service.server_operations import TEST_SERVICE

    thread = threading.Thread(target=Server(TEST_SERVICE, *endpoints, idle_seconds=0.5).run)
    thread.start()
    client = WireClient(*endpoints, identity=b"one")
    client.until_answer(client.call("spin", {"seconds": 1.5}))
    assert thread.is_alive()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    client.close()
