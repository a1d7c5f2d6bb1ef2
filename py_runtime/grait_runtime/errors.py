"""The errors that are sent to the client. Their codes are WIRE_ERROR_CODES in src/errors.ts."""

from __future__ import annotations

from typing import Any, Literal

WireErrorCode = Literal[
    "invalid_request",
    "protocol_mismatch",
    "model_not_found",
    "model_unsupported",
    "adapter_not_found",
    "out_of_memory",
    "non_finite_loss",
    "disk_full",
    "disk_failed",
    "cancelled",
    "internal",
]


class RuntimeFault(Exception):
    """An error for the client: a code from the fixed list, what is wrong (message) and what to do (hint)."""

    def __init__(
        self,
        code: WireErrorCode,
        message: str,
        *,
        hint: str | None = None,
        details: dict[str, Any] | None = None,
        retryable: bool = False,
    ) -> None:
        super().__init__(message)
        self.code: WireErrorCode = code
        self.message = message
        self.hint = hint
        self.details = details or {}
        self.retryable = retryable


def first_line(error: BaseException) -> str:
    """The first line of an error's message, with the next after a colon, or its type: libraries write pages."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    return " ".join(lines[:2]) if lines[0].endswith(":") else lines[0]


class Cancelled(RuntimeFault):
    """The client cancelled the call; raised between batches."""

    def __init__(self) -> None:
        super().__init__("cancelled", "the call was cancelled")
