"""The operation scoreOptions: log-probabilities of given continuations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedModel

from grait_runtime.context import CallContext, tensor_ref
from grait_runtime.contract import Failure, PlanResult, ScoreOptionsItem, ScoreOptionsRequest
from grait_runtime.decoding.cascade_decoder import PrefixStore
from grait_runtime.decoding.choice import make_decoder
from grait_runtime.decoding.decoder import Decoder
from grait_runtime.decoding.text_scores import log_probabilities, score_texts
from grait_runtime.decoding.whole_decoder import whole_pass
from grait_runtime.decoding.wide_head import wide_head
from grait_runtime.device.devices import device_memory
from grait_runtime.encoding.prompts import encode_prompts
from grait_runtime.encoding.text import encode_option, not_finite, out_of_memory_failure, unread_token
from grait_runtime.models.identity import model_identity
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.models.shape import model_shape
from grait_runtime.planning.batching import Batching, LaneBatch, plan_in_lanes
from grait_runtime.planning.budgets import score_limits
from grait_runtime.planning.halvings import Halvings
from grait_runtime.planning.limits import BatchLimits
from grait_runtime.planning.planned_stream import plan_result, stream_plan
from grait_runtime.planning.token_rows import TokenIds
from grait_runtime.trials.model_trial import batching_of


def score_options(models: ModelRegistry, request: ScoreOptionsRequest, context: CallContext) -> PlanResult:
    """Stream log p(option | prompt) in nats, one planned batch at a time.

    One pass per question: one-token options are read from the distribution after the prompt, longer ones are computed
    as continuations. Options follow the prompt directly, verbatim.
    """
    loaded = models.get(request.model)
    options = [[encode_option(loaded, option) for option in item.options] for item in request.items]
    longest = [max((len(option) for option in item), default=0) for item in options]
    encoded, failures = encode_prompts(loaded, request.items, context, lambda index: longest[index])
    for index, item in enumerate(request.items):
        what = _wrong_with(loaded, options[index])
        if index not in failures and what is not None:
            failures[index] = Failure(id=item.id, code="invalid_item", message=what)
            encoded[index] = None
    batching = batching_of(loaded)

    def limits(sharing: bool) -> BatchLimits:
        memory = device_memory(loaded.device)
        return score_limits(model_shape(loaded), memory, request.token_budget, shares_keys=sharing)

    totals = [longest[index] + len(ids) if ids is not None else 0 for index, ids in enumerate(encoded)]
    plan = plan_in_lanes(encoded, totals, batching, limits)
    scores = _Scores(loaded, batching, Halvings(limits(batching.shares_keys), request.halvings, context))
    batches = [batch.items for batch in plan]

    def compute(number: int, batch: Sequence[int]) -> None:
        rows = {index: ids for index in batch if (ids := encoded[index]) is not None}
        found = scores.of(rows, options, plan[number])
        failed = [failures[index] for index in batch if index in failures]
        failed += [
            out_of_memory_failure(request.items[index].id, len(rows[index]), loaded.device)
            for index in rows
            if index not in found
        ]
        finite = [index for index in found if np.isfinite(found[index]).all()]
        failed += [not_finite(request.items[index].id, loaded) for index in found if index not in finite]
        flat = np.concatenate([found[index] for index in finite]) if finite else np.empty(0)
        item = ScoreOptionsItem(
            batch=number,
            ids=[request.items[index].id for index in finite],
            counts=[len(found[index]) for index in finite],
            logprobs=tensor_ref(flat, 0),
            failures=failed,
            halvings=scores.halvings.count,
        )
        context.emit(item, [flat])

    stream_plan(batches, request.completed, context, "questions", compute)
    settings = ("scoreOptions", model_identity(loaded), batching, limits(batching.shares_keys), options)
    return plan_result(batches, [item.id for item in request.items], encoded, *settings)


def _wrong_with(loaded: LoadedModel, options: Sequence[list[int]]) -> str | None:
    """Why the options of a prompt cannot be scored; None if they can."""
    if not options:
        return "has no options"
    if not all(options):
        return "has an empty option"
    token = unread_token(loaded, [id for option in options for id in option])
    return None if token is None else f"an option holds {token}, a token that the model cannot read"


class _Scores:
    """Scores planned batches within the available memory."""

    def __init__(self, loaded: LoadedModel, batching: Batching, halvings: Halvings) -> None:
        self.halvings = halvings
        self._loaded = loaded
        self._batching = batching
        self._prefixes = PrefixStore()

    def of(
        self, prompts: dict[int, TokenIds], options: Sequence[Sequence[list[int]]], batch: LaneBatch
    ) -> dict[int, NDArray[np.float64]]:
        """Summed log-probability of each option of each prompt, in order of `prompts`; none for a prompt too large."""

        def compute(part: list[int]) -> list[NDArray[np.float64]]:
            with self._loaded.for_inference() as module, wide_head(module):
                own = [options[index] for index in part]
                asked = [prompts[index] for index in part]
                if batch.lane.decoder == "whole":
                    return [_score_whole(module, prompt, texts) for prompt, texts in zip(asked, own, strict=True)]
                decoder = make_decoder(module, batch.lane, self._batching, self._prefixes)
                return _score(decoder, asked, own, batch.prefix)

        found: dict[int, NDArray[np.float64]] = {}
        lengths = {index: len(ids) for index, ids in prompts.items()}
        for part, scores in self.halvings.parts(list(prompts), lengths, compute, batch.prefix, batch.limits):
            if scores is not None:
                found.update(zip(part, scores, strict=True))
        return {index: found[index] for index in prompts if index in found}


def _score(
    decoder: Decoder, prompts: Sequence[TokenIds], options: Sequence[Sequence[list[int]]], prefix: int
) -> list[NDArray[np.float64]]:
    """The summed log-probability of each option of each prompt, float64."""
    extend = any(len(text) > 1 for texts in options for text in texts)
    with torch.inference_mode():
        logits = decoder.prefill(prompts, prefix, extend=extend)
    return score_texts(decoder, logits, range(len(prompts)), options)


@torch.inference_mode()
def _score_whole(module: PreTrainedModel, prompt: TokenIds, texts: Sequence[list[int]]) -> NDArray[np.float64]:
    """The summed log-probability of each option, float64: prompt and option in one pass, as a row of its own."""
    scores = []
    for text in texts:
        row = np.concatenate([prompt, np.array(text[:-1], np.int32)])
        logits = whole_pass(module, row, len(text))
        scores.append(float(log_probabilities(logits, torch.tensor(text, device=logits.device)).double().sum()))
    return np.array(scores)
