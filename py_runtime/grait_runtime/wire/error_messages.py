"""Turns any exception into the typed error that is sent to the client."""

from __future__ import annotations

import errno
import json
import os
import re
import traceback

from grait_runtime.contract import WireError
from grait_runtime.device.memory_failure import is_device_lost, is_out_of_memory
from grait_runtime.errors import RuntimeFault, WireErrorCode
from grait_runtime.wire.framing import portable_text

#: A full disk, a used-up quota, a file larger than the file system or `ulimit -f` allows.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
#: Writers in native code (safetensors) raise their own types, with the system's error number in the message.
_NATIVE_ERRNO = re.compile(r"\(os error (\d+)\)")
#: ... or with the system's words alone (torch.save).
_NO_ROOM_WORDS = tuple(os.strerror(number).lower() for number in _NO_ROOM)
_HINTS: dict[WireErrorCode, str] = {
    "out_of_memory": "Lower the token budget or the batch size, or load the model in a smaller dtype.",
    "disk_full": "Free space on the disk and run the same command again to continue.",
    "disk_failed": "Check that you may read and write there, and the disk itself; then run the same command again.",
    "internal": "This is a bug in the runtime; the log has the traceback.",
}
_LOST_HINT = (
    "The GPU can no longer be used by this process, so the runtime ends. Run the same command again: it starts a new "
    "one and goes on. If it happens again, look for faults of the card (nvidia-smi -q, dmesg)."
)
_UNFORESEEN: tuple[WireErrorCode, ...] = ("internal", "out_of_memory", "disk_full", "disk_failed")
#: msgspec ends its messages with the path of the value: "... - at `$.items[0].id`".
_PATH = re.compile(r" - at `(key in )?(?P<path>\$.*)`$")


def wire_error(error: BaseException) -> WireError:
    """The error message for the client; only unexpected errors carry a traceback."""
    if is_device_lost(error):
        error = RuntimeFault("internal", _words(error), hint=_LOST_HINT, retryable=True)
    if isinstance(error, RuntimeFault):
        code, message, hint, details, retryable = error.code, error.message, error.hint, error.details, error.retryable
    else:
        code, message = _code(error), _words(error)
        hint, details, retryable = _HINTS[code], {"type": type(error).__qualname__}, code == "out_of_memory"
    return WireError(
        code=code,
        message=portable_text(message),
        hint=None if hint is None else portable_text(hint),
        details=json.dumps(details, default=str, skipkeys=True),
        retryable=retryable,
        traceback=portable_text(_traceback(error)) if code in _UNFORESEEN else None,
    )


def invalid_request(operation: str, error: Exception) -> RuntimeFault:
    """The fault for a request that msgspec refused, with the path of the field."""
    text = str(error)
    at = _PATH.search(text)
    path = at["path"] if at else "$"
    what = text[: at.start()] if at else text
    return RuntimeFault("invalid_request", f"{operation}: {path}: {what}", details={"path": path})


def _words(error: BaseException) -> str:
    if isinstance(error, OSError) and error.filename is not None and error.strerror is not None:
        return f"{error.filename}: {error.strerror}"
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _code(error: BaseException) -> WireErrorCode:
    text = str(error).lower()
    if is_out_of_memory(error):
        return "out_of_memory"
    number = _errno(error)
    if number in _NO_ROOM or any(words in text for words in _NO_ROOM_WORDS):
        return "disk_full"
    return "internal" if number is None else "disk_failed"


def _errno(error: BaseException) -> int | None:
    """The system's number of an error that concerns a file; None for any other error."""
    if isinstance(error, OSError) and not isinstance(error, ConnectionError | TimeoutError):
        return error.errno
    native = _NATIVE_ERRNO.search(str(error))
    return None if native is None else int(native[1])


def _traceback(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
