from __future__ import annotations

import msgspec
import numpy as np
import pytest

from grait_runtime import contract
from grait_runtime.context import Frame, tensor_ref
from grait_runtime.wire.framing import (
    MalformedMessageError,
    decode_client_header,
    decode_control_header,
    encode_message,
    frame_bytes,
    portable_text,
)

MATRIX = np.arange(6, dtype=np.float32).reshape(2, 3)


@pytest.mark.parametrize(
    "array",
    [
        MATRIX,
        MATRIX.astype(np.float16),
        MATRIX.T,
        MATRIX[:, ::2],
        MATRIX.astype(">f4"),
        np.arange(3, dtype=np.int64),
        np.array(2.5),
        np.zeros((0, 8), dtype=np.float32),
        np.array([np.nan, -np.inf]),
    ],
    ids=["2-d", "half", "transposed", "strided", "big-endian", "int64", "0-d", "empty", "not finite"],
)
def test_an_array_comes_back_from_its_frame(array: Frame) -> None:
    ref = tensor_ref(array, 0)
    read = np.frombuffer(bytes(frame_bytes(array)), dtype=np.dtype(ref.dtype).newbyteorder("<")).reshape(ref.shape)
    np.testing.assert_array_equal(read, array)


def test_the_frame_of_a_contiguous_array_is_no_copy() -> None:
    array = np.zeros(4, dtype=np.float32)
    frame = frame_bytes(array)
    array[0] = 1
    assert bytes(frame) == array.tobytes()


def test_a_tensor_of_a_dtype_that_does_not_travel_is_refused() -> None:
    with pytest.raises(TypeError, match="uint8"):
        tensor_ref(np.zeros(1, dtype=np.uint8), 0)


def test_a_header_that_is_not_a_number_in_json_travels() -> None:
    header, *frames = encode_message(contract.ProgressMessage(1, float("nan"), float("inf"), "rows", ""), [MATRIX])
    assert np.isnan(msgspec.msgpack.decode(header)["done"])
    assert len(frames) == 1


def test_a_call_keeps_its_request_unread() -> None:
    fields = {"kind": "call", "id": 3, "operation": "noop", "request": {"any": [1]}, "credit": 2}
    header = decode_client_header([msgspec.msgpack.encode(fields)])
    assert isinstance(header, contract.Call)
    assert (header.id, header.operation, header.credit) == (3, "noop", 2)
    assert msgspec.msgpack.decode(header.request) == {"any": [1]}


@pytest.mark.parametrize(
    ("parts", "call_id"),
    [
        ([], None),
        ([b"\xc1"], None),
        ([b"\x80"], None),
        ([msgspec.msgpack.encode({"kind": "call", "id": 4})], 4),
        ([msgspec.msgpack.encode({"kind": "credit", "id": 4, "credit": -1})], 4),
        ([msgspec.msgpack.encode({"kind": "credit", "id": 4, "credit": 1, "more": 0})], 4),
        ([msgspec.msgpack.encode({"kind": "dance", "id": 4})], 4),
        ([msgspec.msgpack.encode({"kind": "credit", "id": -4, "credit": 1})], None),
        ([msgspec.msgpack.encode({"kind": "credit", "id": True, "credit": 1})], None),
        ([msgspec.msgpack.encode({"kind": "credit", "id": 4, "credit": 1}), b"frame"], 4),
        ([b"\x91" * 100_000], None),
    ],
)
def test_a_malformed_message_is_named_with_its_id_where_it_has_one(parts: list[bytes], call_id: int | None) -> None:
    with pytest.raises(MalformedMessageError) as refused:
        decode_client_header(parts)
    assert refused.value.call_id == call_id
    with pytest.raises(MalformedMessageError):
        decode_control_header(parts)


def test_text_with_bytes_that_are_no_utf8_becomes_text_that_travels() -> None:
    assert portable_text("caf\u00e9 \udcff") == "caf\u00e9 ?"
