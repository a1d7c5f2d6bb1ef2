"""Contexts of a call that tests pass to operations: one records, one cancels."""

from __future__ import annotations

from collections.abc import Sequence

from grait_runtime.context import Frame
from grait_runtime.contract import WireStruct
from grait_runtime.errors import Cancelled


class RecordingContext:
    """A CallContext that keeps what it is given."""

    def __init__(self) -> None:
        self.items: list[WireStruct] = []
        self.frames: list[list[Frame]] = []
        self.progressed: list[tuple[float, float, str]] = []
        self.warnings: list[str] = []

    def check_cancelled(self) -> None:
        pass

    def progress(self, done: float, total: float, unit: str, note: str = "") -> None:
        self.progressed.append((done, total, unit))

    def warn(self, message: str) -> None:
        self.warnings.append(message)

    def emit(self, item: WireStruct, frames: Sequence[Frame] = ()) -> None:
        self.items.append(item)
        self.frames.append([frame.copy() for frame in frames])


class InterruptedContext(RecordingContext):
    """Cancels at the n-th look."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.looks = looks

    def check_cancelled(self) -> None:
        self.looks -= 1
        if self.looks < 0:
            raise Cancelled
