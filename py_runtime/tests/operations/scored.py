"""Reads what scoreOptions streamed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from grait_runtime.contract import ScoreOptionsItem
from tests.contexts import RecordingContext


def scores(context: RecordingContext) -> dict[str, NDArray[np.float64]]:
    rows: dict[str, NDArray[np.float64]] = {}
    for item, frames in zip(context.items, context.frames, strict=True):
        assert isinstance(item, ScoreOptionsItem)
        assert (item.logprobs.dtype, item.logprobs.shape) == ("float64", [sum(item.counts)])
        split = np.split(frames[0].astype(np.float64), np.cumsum(item.counts)[:-1]) if item.ids else []
        rows.update(zip(item.ids, split, strict=True))
    return rows
