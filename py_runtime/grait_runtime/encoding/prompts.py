"""Encodes the prompts of a call to token ids, with a Failure for each prompt that cannot be encoded."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from grait_runtime.context import CallContext
from grait_runtime.contract import Failure, Prompt
from grait_runtime.encoding.text import InvalidItem, encode_prompt, too_long
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.planning.token_rows import TokenIds


def encode_prompts(
    loaded: LoadedModel,
    items: Sequence[Prompt],
    context: CallContext,
    room: Callable[[int], int],
    *,
    thinking: bool = False,
) -> tuple[list[TokenIds | None], dict[int, Failure]]:
    """Token ids of every prompt, and Failures for those without any or without `room(index)` for an answer.

    `thinking`: up to where the thought before an answer begins.
    """
    encoded: list[TokenIds | None] = []
    failures: dict[int, Failure] = {}
    for index, item in enumerate(items):
        if index % 256 == 0:
            context.check_cancelled()
        ids: TokenIds | None = None
        try:
            ids = np.array(encode_prompt(loaded, item, thinking=thinking), dtype=np.int32)
            needed = len(ids) + room(index)
            if needed > loaded.context_length:
                failures[index] = too_long(item.id, needed, loaded.context_length)
        except InvalidItem as error:
            failures[index] = Failure(id=item.id, code="invalid_item", message=error.reason)
        encoded.append(None if index in failures else ids)
    return encoded, failures
