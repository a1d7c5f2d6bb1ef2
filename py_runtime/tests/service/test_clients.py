"""Cancellation, and several clients at one server."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator

import pytest

from tests.service.server_operations import Held
from tests.service.wire_client import Endpoints, WireClient


@pytest.fixture
def other(client: WireClient, endpoints: Endpoints) -> Iterator[WireClient]:
    second = WireClient(*endpoints, identity=b"two")
    yield second
    second.close()


def test_a_cancelled_operation_ends_with_cancelled(client: WireClient) -> None:
    call = client.call("wait")
    time.sleep(0.05)
    assert client.ask_control("cancel", call) == {"kind": "pong", "id": call}
    assert client.until_answer(call)[1]["error"]["code"] == "cancelled"


def test_what_a_cancelled_operation_held_is_freed_when_the_client_is_told(client: WireClient) -> None:
    gc.disable()
    try:
        call = client.call("hold")
        time.sleep(0.1)
        assert Held.alive == 1
        client.ask_control("cancel", call)
        client.until_answer(call)
        assert Held.alive == 0
    finally:
        gc.enable()


def test_cancel_ends_a_stream_that_waits_for_credit(client: WireClient) -> None:
    call = client.call("count", {"items": 9, "elements": 1}, credit=1)
    client.receive()
    client.ask_control("cancel", call)
    before, answer = client.until_answer(call)
    assert before == []
    assert answer["error"]["code"] == "cancelled"


def test_a_call_cancelled_before_its_turn_is_answered_while_another_computes(client: WireClient) -> None:
    busy = client.call("spin", {"seconds": 1.0})
    queued = client.call("noop")
    time.sleep(0.05)
    client.ask_control("cancel", queued)
    header, _ = client.receive(0.5)
    assert (header["id"], header["error"]["code"]) == (queued, "cancelled")
    assert client.until_answer(busy)[1]["kind"] == "result"
    assert client.nothing_comes()


def test_cancelling_what_is_over_or_was_never_called_changes_nothing(client: WireClient) -> None:
    call = client.call("noop")
    client.until_answer(call)
    client.ask_control("cancel", call)
    client.ask_control("cancel", 999)
    assert client.nothing_comes(0.1)


def test_a_cancellation_reaches_only_the_call_of_its_own_client(client: WireClient, other: WireClient) -> None:
    mine, theirs = client.call("wait"), other.call("wait")
    assert mine == theirs
    time.sleep(0.05)
    other.ask_control("cancel", theirs)
    assert other.until_answer(theirs)[1]["error"]["code"] == "cancelled"
    assert client.nothing_comes(0.1)
    client.ask_control("cancel", mine)
    assert client.until_answer(mine)[1]["error"]["code"] == "cancelled"


@pytest.mark.usefixtures("server")
def test_a_client_with_two_identities_can_cancel_where_its_id_is_the_only_one(endpoints: Endpoints) -> None:
    split = WireClient(*endpoints)
    call = split.call("wait")
    time.sleep(0.05)
    split.ask_control("cancel", call)
    assert split.until_answer(call)[1]["error"]["code"] == "cancelled"
    split.close()


def test_two_clients_are_served_in_turns(client: WireClient, other: WireClient) -> None:
    client.call("spin", {"seconds": 0.4})
    time.sleep(0.05)
    first = [client.call("spin", {"seconds": 0.2}) for _ in range(4)]
    second = other.call("noop")
    time.sleep(0.05)
    other.until_answer(second)
    answered = []
    while not client.nothing_comes(0.01):
        answered.append(1)
    assert len(answered) <= 2, "the second client waited for all calls of the first"
    client.until_answer(first[-1])


def test_a_client_that_vanishes_in_mid_stream_frees_the_runtime_for_others(
    client: WireClient, other: WireClient
) -> None:
    client.call("count", {"items": 10, "elements": 1}, credit=1)
    client.receive()
    client.close()
    start = time.monotonic()
    assert other.until_answer(other.call("noop"))[1]["kind"] == "result"
    assert time.monotonic() - start < 4


def test_the_calls_of_a_client_that_vanished_are_never_run(client: WireClient, other: WireClient) -> None:
    client.call("wait")
    for _ in range(20):
        client.call("spin", {"seconds": 5.0})
    time.sleep(0.1)
    client.close()
    start = time.monotonic()
    assert other.until_answer(other.call("noop"))[1]["kind"] == "result"
    assert time.monotonic() - start < 4


def test_more_calls_than_fit_the_queue_are_refused_and_may_be_made_again(client: WireClient) -> None:
    busy = client.call("wait")
    time.sleep(0.05)
    last = [client.call("noop") for _ in range(257)][-1]
    header, _ = client.receive()
    assert header["id"] == last
    assert header["error"]["retryable"] is True
    client.ask_control("cancel", busy)
    assert client.until_answer(last - 1)[1]["kind"] == "result"


def test_a_client_that_reads_nothing_does_not_keep_others_waiting(client: WireClient, other: WireClient) -> None:
    client.call("count", {"items": 3000, "elements": 2**14}, credit=3000)
    start = time.monotonic()
    assert other.until_answer(other.call("noop"))[1]["kind"] == "result"
    assert other.ask_control("ping", 1)["kind"] == "pong"
    assert time.monotonic() - start < 5
    for index in range(3000):
        assert client.receive()[0]["item"]["index"] == index
