"""Messages as ZeroMQ parts: a msgpack header, then raw little-endian frames that the header names by index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from grait_runtime.context import Frame
from grait_runtime.contract import ClientHeader, ControlHeader, WireStruct

#: Anything that pyzmq sends as one part.
Part = bytes | memoryview

_encoder = msgspec.msgpack.Encoder()
_client_headers = msgspec.msgpack.Decoder(ClientHeader)
_control_headers = msgspec.msgpack.Decoder(ControlHeader)


class MalformedMessageError(Exception):
    """A message that does not follow the protocol; `call_id` is set if it could still be read."""

    def __init__(self, reason: str, call_id: int | None) -> None:
        super().__init__(reason)
        self.call_id = call_id


def encode_message(header: WireStruct, frames: Sequence[Frame] = ()) -> list[Part]:
    """The parts of a message. Frames are views: do not change an array after passing it in."""
    return [_encoder.encode(header), *(frame_bytes(frame) for frame in frames)]


def portable_text(text: str) -> str:
    """`text` without the surrogates that Python uses for bytes that are not UTF-8 (in file names)."""
    return text.encode("utf-8", "replace").decode()


def frame_bytes(array: Frame) -> Part:
    """The array's elements, little-endian, row-major; a view if the array already has this layout."""
    if array.nbytes == 0:
        return b""
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    return np.ascontiguousarray(little).data.cast("B")


def decode_client_header(parts: Sequence[bytes]) -> ClientHeader:
    """The header of a message on the data socket; raises MalformedMessageError."""
    header: ClientHeader = _decoded(_client_headers, parts)
    return header


def decode_control_header(parts: Sequence[bytes]) -> ControlHeader:
    """The header of a message on the control socket; raises MalformedMessageError."""
    header: ControlHeader = _decoded(_control_headers, parts)
    return header


def _decoded(decoder: msgspec.msgpack.Decoder[Any], parts: Sequence[bytes]) -> Any:
    if len(parts) != 1:
        raise MalformedMessageError(f"a message of {len(parts)} parts; no operation takes frames", _salvaged_id(parts))
    try:
        return decoder.decode(parts[0])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedMessageError(f"the header is not of this protocol: {error}", _salvaged_id(parts)) from error


def _salvaged_id(parts: Sequence[bytes]) -> int | None:
    try:
        header = msgspec.msgpack.decode(parts[0])
    except (IndexError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    found = header.get("id") if isinstance(header, dict) else None
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None
