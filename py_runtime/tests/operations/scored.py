"""Reads what scoreOptions streamed, and scores options as their definition says."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from grait_runtime.contract import OptionsPrompt, ScoreOptionsItem
from grait_runtime.encoding.text import encode_option, encode_prompt
from grait_runtime.models.loaded_model import LoadedModel
from tests.contexts import RecordingContext
from tests.on_device import logits_of


def scores(context: RecordingContext) -> dict[str, NDArray[np.float64]]:
    rows: dict[str, NDArray[np.float64]] = {}
    for item, frames in zip(context.items, context.frames, strict=True):
        assert isinstance(item, ScoreOptionsItem)
        assert (item.logprobs.dtype, item.logprobs.shape) == ("float64", [sum(item.counts)])
        split = np.split(frames[0].astype(np.float64), np.cumsum(item.counts)[:-1]) if item.ids else []
        rows.update(zip(item.ids, split, strict=True))
    return rows


@torch.inference_mode()
def alone(loaded: LoadedModel, item: OptionsPrompt, option: str, module: Any = None) -> float:
    """The definition: prompt and option as one row in one plain forward pass; its last token is only predicted.

    `module`: the model as plain transformers loads it, if it is not the loaded one.
    """
    prompt, text = encode_prompt(loaded, item), encode_option(loaded, option)
    row = [[*prompt, *text[:-1]]]
    logits = logits_of(loaded.module if module is None else module, row, use_cache=False)[0]
    logprobs = logits[len(prompt) - 1 :].double().log_softmax(-1)
    return sum(float(logprobs[n, token]) for n, token in enumerate(text))
