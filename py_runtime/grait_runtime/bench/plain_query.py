"""The usual ways to score options and to sample answers, with unmodified transformers."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Sequence

import torch
from torch import Tensor
from transformers import DynamicCache

from grait_runtime.bench.timing import timed
from grait_runtime.encoding.text import encode_option
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.planning.prefix_groups import prefix_groups
from grait_runtime.planning.token_rows import TokenIds

#: Rows per batch: of the published code, and of the others.
_PUBLISHED_BATCH, _BATCH = 8, 32


def published_seconds(loaded: LoadedModel, prompts: Sequence[list[int]], options: Sequence[str]) -> float:
    """Seconds of the published RAIT code's way: a padded pass per option of each question, with all logits."""
    rows = [[*prompt, *encode_option(loaded, option)] for prompt in prompts for option in options]

    def score() -> None:
        for start in range(0, len(rows), _PUBLISHED_BATCH):
            ids, mask = _left_padded(rows[start : start + _PUBLISHED_BATCH])
            logits = loaded.module(input_ids=ids, attention_mask=mask, position_ids=_positions(mask)).logits
            logits[:, -2].log_softmax(-1).gather(1, ids[:, -1:])

    return timed(score, loaded.device)


def simple_seconds(loaded: LoadedModel, prompts: Sequence[list[int]]) -> float:
    """Seconds of the best way without shared prefixes: one padded pass per question, by length, last logits only."""
    rows = sorted(prompts, key=len)

    def score() -> None:
        for start in range(0, len(rows), _PUBLISHED_BATCH):
            ids, mask = _left_padded(rows[start : start + _PUBLISHED_BATCH])
            output = loaded.module(
                input_ids=ids, attention_mask=mask, position_ids=_positions(mask), logits_to_keep=1, use_cache=False
            )
            output.logits[:, -1].log_softmax(-1)

    return timed(score, loaded.device)


def suffix_seconds(loaded: LoadedModel, prompts: Sequence[list[int]]) -> float:
    """Seconds to run what follows each group's prefix; the prefix's cache is ready and not timed."""
    tokens = {index: torch.tensor(prompt, dtype=torch.int32).numpy() for index, prompt in enumerate(prompts)}
    total = 0.0
    for group, prefix in prefix_groups(tokens):
        cache = _prefix_cache(loaded, tokens[group[0]][:prefix])
        rows = sorted((tokens[index][prefix:].tolist() for index in group), key=len)
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            ids, mask = _left_padded(batch)
            seen = torch.cat([mask.new_ones(len(batch), prefix), mask], dim=1)
            attached = _repeated(cache, len(batch))

            def score(
                ids: Tensor = ids, seen: Tensor = seen, attached: DynamicCache = attached, width: int = ids.shape[1]
            ) -> None:
                positions = _positions(seen)[:, -width:]
                output = loaded.module(
                    input_ids=ids,
                    attention_mask=seen,
                    position_ids=positions,
                    past_key_values=attached,
                    logits_to_keep=1,
                )
                output.logits[:, -1].log_softmax(-1)

            total += timed(score, loaded.device)
    return total


def generate_seconds(loaded: LoadedModel, prompts: Sequence[list[int]], *, samples: int, new_tokens: int) -> float:
    """Seconds of transformers' generate with num_return_sequences, all prompts in one batch."""
    ids, mask = _left_padded(prompts)

    def sample() -> None:
        loaded.module.generate(  # type: ignore[operator]
            ids,
            attention_mask=mask,
            do_sample=True,
            temperature=1.0,
            top_k=0,
            top_p=1.0,
            max_new_tokens=new_tokens,
            num_return_sequences=samples,
            eos_token_id=sorted(loaded.stop_ids),
            pad_token_id=0,
        )

    return timed(sample, loaded.device)


def _prefix_cache(loaded: LoadedModel, prefix: TokenIds) -> DynamicCache:
    cache = DynamicCache(config=loaded.module.config)
    if len(prefix):
        loaded.module(input_ids=torch.from_numpy(prefix.astype("int64"))[None], past_key_values=cache, logits_to_keep=1)
    return cache


def _repeated(cache: DynamicCache, rows: int) -> DynamicCache:
    repeated = copy.deepcopy(cache)
    repeated.batch_repeat_interleave(rows)
    return repeated


def _left_padded(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    longest = max(map(len, rows))
    ids = torch.tensor([[*itertools.repeat(0, longest - len(row)), *row] for row in rows])
    mask = torch.tensor([[*itertools.repeat(0, longest - len(row)), *itertools.repeat(1, len(row))] for row in rows])
    return ids, mask


def _positions(mask: Tensor) -> Tensor:
    return (mask.cumsum(dim=1) - 1).clamp(min=0)
