"""The operation generate: N sampled (or one greedy) answers to each prompt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from transformers import PreTrainedModel

from grait_runtime.budgets import prompt_limits
from grait_runtime.context import CallContext
from grait_runtime.contract import Failure, GenerateItem, GenerateRequest, GenerateRow, PlanResult
from grait_runtime.errors import RuntimeFault
from grait_runtime.models import LoadedModel, ModelRegistry
from grait_runtime.prefix import make_decoder
from grait_runtime.prompt_plan import plan_prompts
from grait_runtime.sampling import draw_tokens, uniform
from grait_runtime.stop_strings import StopStrings
from grait_runtime.streaming import encode_prompts, plan_result, stream_plan
from grait_runtime.token_rows import TokenIds


@dataclass
class _Answer:
    """One sample in the making: row `sample` of question number `question` of its group."""

    question: int
    sample: int
    tokens: list[int] = field(default_factory=list)
    logprob: float = 0.0
    #: The answer without the token that ended it.
    content: list[int] = field(default_factory=list)


def generate(models: ModelRegistry, request: GenerateRequest, context: CallContext) -> PlanResult:
    """Stream the answers, a planned group at a time.

    A prefix that a group's prompts share is computed once, each prompt once, whatever the number of samples. An
    answer ends before the first stop string, at an end-of-turn token, or after max_tokens. A prompt that leaves no
    room for max_tokens is a Failure.
    """
    _check(request)
    loaded = models.get(request.model)
    # Greedy samples are all alike: computed once.
    samples = request.samples if request.temperature > 0 else 1
    encoded, failures = encode_prompts(loaded, request.items, context, lambda index: request.max_tokens)
    shares_keys = loaded.shares_keys()
    limits = prompt_limits(
        loaded, request.token_budget, samples=samples, new_tokens=request.max_tokens, shares_keys=shares_keys
    )
    batches = plan_prompts(encoded, limits)

    def compute(number: int, batch: Sequence[int]) -> None:
        group = [(request.items[index].id, ids) for index in batch if (ids := encoded[index]) is not None]
        failed = [failures[index] for index in batch if index in failures]
        rows: list[GenerateRow] = []
        if group:
            with loaded.for_inference() as module:
                rows, broken = _generate_group(loaded, module, group, samples, request, context)
            failed += broken
        context.emit(GenerateItem(batch=number, rows=rows, failures=failed))

    stream_plan(batches, request.completed, context, "questions", compute)
    settings = (request.samples, request.temperature, request.max_tokens, request.stop, request.seed)
    return plan_result(batches, [item.id for item in request.items], encoded, "generate", loaded.revision, *settings)


@torch.inference_mode()
def _generate_group(
    loaded: LoadedModel,
    module: PreTrainedModel,
    group: Sequence[tuple[str, TokenIds]],
    samples: int,
    request: GenerateRequest,
    context: CallContext,
) -> tuple[list[GenerateRow], list[Failure]]:
    decoder = make_decoder(module, loaded.shares_keys())
    first = decoder.prefill([ids for _, ids in group], extend=request.max_tokens > 1)
    answers = [_Answer(question, sample) for question in range(len(group)) for sample in range(samples)]
    finite = torch.isfinite(first).all(dim=-1).tolist()
    stops = StopStrings(loaded.tokenizer, request.stop)
    active = [answer for answer in answers if finite[answer.question]]
    logits = first[[answer.question for answer in active]]
    for step in range(request.max_tokens):
        if not active:
            break
        context.check_cancelled()
        uniforms = [uniform(group[answer.question][0], request.seed, answer.sample, step) for answer in active]
        tokens, logprobs = draw_tokens(logits, request.temperature, uniforms)
        staying = _take(active, tokens, logprobs, loaded.stop_ids, stops)
        if step + 1 == request.max_tokens or not staying:
            break
        if step == 0:
            decoder.assign([active[row].question for row in staying])
        elif len(staying) < len(active):
            decoder.keep_rows(staying)
        active = [active[row] for row in staying]
        logits = decoder.step(torch.tensor([answer.tokens[-1] for answer in active]))
    return _rows(group, answers, samples, request.samples, finite, stops)


def _take(
    active: Sequence[_Answer],
    tokens: Sequence[int],
    logprobs: Sequence[float],
    stop_ids: frozenset[int],
    stops: StopStrings,
) -> list[int]:
    """Give each answer its token; returns the rows that go on."""
    staying: list[int] = []
    for row, (answer, token, logprob) in enumerate(zip(active, tokens, logprobs, strict=True)):
        answer.tokens.append(token)
        answer.logprob += logprob
        if token in stop_ids:
            continue
        answer.content.append(token)
        if not stops.reached(answer.content):
            staying.append(row)
    return staying


def _rows(
    group: Sequence[tuple[str, TokenIds]],
    answers: Sequence[_Answer],
    computed: int,
    asked: int,
    finite: Sequence[bool],
    stops: StopStrings,
) -> tuple[list[GenerateRow], list[Failure]]:
    rows: list[GenerateRow] = []
    failures: list[Failure] = []
    for question, (id, _) in enumerate(group):
        if not finite[question]:
            message = f"{id}: the model's output is not finite; load it in a wider dtype"
            failures.append(Failure(id=id, code="non_finite", message=message))
            continue
        own = answers[question * computed : (question + 1) * computed]
        own = [own[sample % computed] for sample in range(asked)]
        rows.append(
            GenerateRow(
                id=id,
                texts=[stops.text(answer.content) for answer in own],
                tokens=[len(answer.tokens) for answer in own],
                logprobs=[answer.logprob for answer in own],
            )
        )
    return rows, failures


def _check(request: GenerateRequest) -> None:
    if request.samples < 1 or request.max_tokens < 1:
        raise RuntimeFault("invalid_request", "samples and maxTokens must be at least 1")
    if not 0 <= request.temperature < float("inf"):
        raise RuntimeFault("invalid_request", f"temperature must be 0 or more, not {request.temperature}")
