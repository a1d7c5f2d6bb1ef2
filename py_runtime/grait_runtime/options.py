"""The operation scoreOptions: log-probabilities of given continuations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import PreTrainedModel

from grait_runtime.budgets import prompt_limits
from grait_runtime.context import CallContext, tensor_ref
from grait_runtime.contract import Failure, PlanResult, ScoreOptionsItem, ScoreOptionsRequest
from grait_runtime.encoding import encode_option
from grait_runtime.models import LoadedModel, ModelRegistry
from grait_runtime.prefix import Decoder, make_decoder
from grait_runtime.prompt_plan import plan_prompts
from grait_runtime.streaming import encode_prompts, plan_result, stream_plan
from grait_runtime.token_rows import TokenIds

#: Positions whose logits (over the whole vocabulary) are in memory at once.
_POSITIONS_AT_ONCE = 512


def score_options(models: ModelRegistry, request: ScoreOptionsRequest, context: CallContext) -> PlanResult:
    """Stream log p(option | prompt) in nats, a planned batch at a time.

    One pass a question: options of one token are read from the distribution after the prompt, longer ones are
    continuations of it. Options stand right after the prompt, verbatim.
    """
    loaded = models.get(request.model)
    options = [[encode_option(loaded, option) for option in item.options] for item in request.items]
    longest = [max((len(option) for option in item), default=0) for item in options]
    encoded, failures = encode_prompts(loaded, request.items, context, lambda index: longest[index])
    for index, item in enumerate(request.items):
        if index not in failures and (not options[index] or not all(options[index])):
            what = "has an empty option" if options[index] else "has no options"
            failures[index] = Failure(id=item.id, code="invalid_item", message=f"{item.id}: {what}")
            encoded[index] = None
    batches = plan_prompts(encoded, prompt_limits(loaded, request.token_budget, shares_keys=loaded.shares_keys()))

    def compute(number: int, batch: Sequence[int]) -> None:
        rows = [(index, ids) for index in batch if (ids := encoded[index]) is not None]
        scores: list[NDArray[np.float64]] = []
        if rows:
            with loaded.for_inference() as module:
                scores = _score(loaded, module, [ids for _, ids in rows], [options[index] for index, _ in rows])
        failed = [failures[index] for index in batch if index in failures]
        kept = []
        for (index, _), score in zip(rows, scores, strict=True):
            if np.isfinite(score).all():
                kept.append((request.items[index].id, score))
            else:
                id = request.items[index].id
                message = f"{id}: the model's output is not finite; load it in a wider dtype"
                failed.append(Failure(id=id, code="non_finite", message=message))
        flat = np.concatenate([score for _, score in kept]) if kept else np.empty(0)
        item = ScoreOptionsItem(
            batch=number,
            ids=[id for id, _ in kept],
            counts=[len(score) for _, score in kept],
            logprobs=tensor_ref(flat, 0),
            failures=failed,
        )
        context.emit(item, [flat])

    stream_plan(batches, request.completed, context, "questions", compute)
    return plan_result(batches, [item.id for item in request.items], encoded, "scoreOptions", loaded.revision, options)


@torch.inference_mode()
def _score(
    loaded: LoadedModel, module: PreTrainedModel, prompts: Sequence[TokenIds], options: Sequence[Sequence[list[int]]]
) -> list[NDArray[np.float64]]:
    """For each prompt the summed log-probability of each of its options, float64."""
    decoder = make_decoder(module, loaded.shares_keys())
    long = [
        (question, place) for question, texts in enumerate(options) for place, text in enumerate(texts) if len(text) > 1
    ]
    logits = decoder.prefill(prompts, extend=bool(long))
    scores = []
    normaliser = logits.logsumexp(dim=-1)
    for question, texts in enumerate(options):
        first = torch.tensor([text[0] for text in texts], device=logits.device)
        scores.append((logits[question, first] - normaliser[question]).double().cpu().numpy())
    for chunk in _chunks(long, [len(options[question][place]) - 1 for question, place in long]):
        sums = _continuations(decoder, [question for question, _ in chunk], [options[q][place] for q, place in chunk])
        for (question, place), value in zip(chunk, sums, strict=True):
            scores[question][place] += value
    return scores


def _continuations(decoder: Decoder, questions: Sequence[int], texts: Sequence[list[int]]) -> NDArray[np.float64]:
    """Summed log-probability of each text's tokens but the first, given its question and that first token."""
    decoder.assign(questions)
    logits = decoder.continuations([text[:-1] for text in texts])
    targets = torch.tensor([token for text in texts for token in text[1:]], device=logits.device)
    logprobs = _log_probabilities(logits, targets).double().cpu().numpy()
    starts = np.cumsum([0, *(len(text) - 1 for text in texts[:-1])])
    summed: NDArray[np.float64] = np.add.reduceat(logprobs, starts)
    return summed


def _log_probabilities(logits: Tensor, targets: Tensor) -> Tensor:
    return logits.gather(1, targets[:, None])[:, 0] - logits.logsumexp(dim=-1)


def _chunks(rows: Sequence[tuple[int, int]], positions: Sequence[int]) -> list[list[tuple[int, int]]]:
    chunks: list[list[tuple[int, int]]] = []
    used = _POSITIONS_AT_ONCE
    for row, count in zip(rows, positions, strict=True):
        if used + count > _POSITIONS_AT_ONCE:
            chunks.append([])
            used = 0
        chunks[-1].append(row)
        used += count
    return chunks
