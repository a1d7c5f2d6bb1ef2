"""The operation generate: N sampled (or one greedy) answers to each prompt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

import torch
from transformers import PreTrainedModel

from grait_runtime.context import CallContext
from grait_runtime.contract import (
    Failure,
    GenerateItem,
    GenerateRequest,
    GenerateRow,
    PlanResult,
    ScoredTarget,
    TargetScore,
)
from grait_runtime.decoding.answer_group import AnswerGroup, InWork
from grait_runtime.decoding.answers import Answer, Drawing, PromptInWork
from grait_runtime.decoding.cascade_decoder import PrefixStore
from grait_runtime.decoding.choice import make_decoder
from grait_runtime.decoding.thoughts import ThoughtRule
from grait_runtime.decoding.wide_head import wide_head
from grait_runtime.device.devices import device_memory
from grait_runtime.device.memory_failure import free_memory, is_out_of_memory
from grait_runtime.encoding.prompts import encode_prompts
from grait_runtime.encoding.stop_strings import StopStrings
from grait_runtime.encoding.text import encode_option, encode_target, not_finite, out_of_memory_failure, unread_token
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.identity import model_identity
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.models.shape import model_shape
from grait_runtime.planning.batching import Batching, LaneBatch, plan_in_lanes
from grait_runtime.planning.budgets import answer_limits
from grait_runtime.planning.halvings import Halvings
from grait_runtime.planning.limits import BatchLimits
from grait_runtime.planning.planned_stream import plan_result, stream_plan
from grait_runtime.planning.token_rows import TokenIds
from grait_runtime.trials.model_trial import batching_of


def generate(models: ModelRegistry, request: GenerateRequest, context: CallContext) -> PlanResult:
    """Stream the answers, one planned group at a time.

    A shared prefix and each prompt are computed once, whatever the number of samples and targets. An answer ends before
    the first stop string, at an end-of-turn token, or after max_tokens. A thought before it is dropped; it is ended
    after think_tokens. A prompt that leaves no room for both, or for a target, is a Failure.
    """
    _check(request)
    loaded = models.get(request.model)
    thinking = request.think_tokens > 0
    if thinking and loaded.chat.thinking is None:
        context.warn(f"thinkTokens has no effect: {loaded.source} shows no marks of thoughts")
    drawing = Drawing(
        # All greedy samples are the same, so one is computed.
        samples=request.samples if request.temperature > 0 else 1,
        temperature=request.temperature,
        max_tokens=request.max_tokens,
        seed=request.seed,
        stop_ids=loaded.stop_ids,
        stops=StopStrings(loaded.tokenizer, request.stop),
        thought=_thought_rule(loaded, request.think_tokens),
    )
    targets = {asked: _target_ids(loaded, request.targets, asked=asked) for asked in (True, False)}
    room = max(drawing.most_tokens, *(len(target) for both in targets.values() for target in both), 0)
    encoded, failures = encode_prompts(loaded, request.items, context, lambda index: room, thinking=thinking)
    asked = {item.id for item in request.items if item.messages is not None}
    begun = asked if loaded.chat.begins_thinking(thinking=thinking) else set()
    batching = batching_of(loaded)

    def limits(sharing: bool) -> BatchLimits:
        return answer_limits(
            model_shape(loaded),
            device_memory(loaded.device),
            request.token_budget,
            drawing.samples,
            room,
            shares_keys=sharing,
        )

    totals = [room + len(ids) if ids is not None else 0 for ids in encoded]
    plan = plan_in_lanes(encoded, totals, batching, limits)
    halvings = Halvings(limits(batching.shares_keys), request.halvings, context)

    def begin(id: str, tokens: TokenIds) -> PromptInWork:
        return PromptInWork(id, tokens, thinking=id in begun, targets=targets[id in asked])

    answers = _Answers(loaded, batching, drawing, halvings, begin, context)
    batches = [batch.items for batch in plan]

    def compute(number: int, batch: Sequence[int]) -> None:
        group = [(request.items[index].id, ids) for index in batch if (ids := encoded[index]) is not None]
        failed = [failures[index] for index in batch if index in failures]
        done, more = answers.of(group, plan[number])
        failed += more
        failed += [not_finite(question.id, loaded) for question in done.values() if not question.finite]
        lead = loaded.chat.placement.lead
        rows = [
            _row(done[id], request.samples, drawing, lead if id in asked else "")
            for id, _ in group
            if id in done and done[id].finite
        ]
        context.emit(GenerateItem(batch=number, rows=rows, failures=failed, halvings=halvings.count))

    stream_plan(batches, request.completed, context, "questions", compute)
    drawn = (request.samples, request.temperature, request.max_tokens, request.stop, request.seed, request.think_tokens)
    limited = limits(batching.shares_keys)
    settings = ("generate", model_identity(loaded), batching, limited, *drawn, sorted(targets.items()))
    return plan_result(batches, [item.id for item in request.items], encoded, *settings)


class _Answers:
    """Answers planned groups within the available memory."""

    def __init__(
        self,
        loaded: LoadedModel,
        batching: Batching,
        drawing: Drawing,
        halvings: Halvings,
        begin: Callable[[str, TokenIds], PromptInWork],
        context: CallContext,
    ) -> None:
        self._loaded = loaded
        self._batching = batching
        self._drawing = drawing
        self._halvings = halvings
        self._begin = begin
        self._context = context
        self._prefixes = PrefixStore()

    @torch.inference_mode()
    def of(
        self, group: Sequence[tuple[str, TokenIds]], batch: LaneBatch
    ) -> tuple[dict[str, PromptInWork], list[Failure]]:
        """The answered questions, and a Failure for each question that does not fit the memory even alone."""
        done: dict[str, PromptInWork] = {}
        failures: list[Failure] = []
        left = dict(group)
        while left:
            lacking = self._lacking(left, batch, done)
            for id in done:
                left.pop(id, None)
            if lacking is None:
                continue
            if lacking.rows > 1:
                self._halvings.halve(lacking.rows, lacking.tokens)
            else:
                free_memory()
                failures.append(out_of_memory_failure(lacking.first, len(left.pop(lacking.first)), self._loaded.device))
        return done, failures

    def _head(self, module: PreTrainedModel) -> AbstractContextManager[None]:
        """Exact logits where they cost nothing; on a CPU each step would have to widen the head."""
        return wide_head(module) if self._loaded.device.type == "cuda" else nullcontext()

    def _lacking(self, left: dict[str, TokenIds], batch: LaneBatch, done: dict[str, PromptInWork]) -> InWork | None:
        """Answer what is `left` into `done`. If memory runs out, return only what was being computed then."""
        with self._loaded.for_inference() as module, self._head(module):
            run = AnswerGroup(
                make_decoder(module, batch.lane, self._batching, self._prefixes),
                [self._begin(id, tokens) for id, tokens in left.items()],
                batch.prefix,
                self._drawing,
                self._halvings.of(batch.limits),
                self._context.check_cancelled,
            )
            try:
                done.update((question.id, question) for question in run.run())
            except Exception as error:
                if not is_out_of_memory(error):
                    raise
                return run.in_work
        return None


def _row(question: PromptInWork, asked: int, drawing: Drawing, lead: str) -> GenerateRow:
    """The answers, without the spaces (`lead`) that the template puts before an answer."""
    answers = sorted(question.answers, key=lambda answer: answer.sample)
    own = [answers[sample % len(answers)] for sample in range(asked)]
    return GenerateRow(
        id=question.id,
        texts=[_text(answer, drawing.stops).removeprefix(lead) for answer in own],
        tokens=[len(answer.tokens) - answer.thought for answer in own],
        logprobs=[answer.logprob for answer in own],
        targets=[
            TargetScore(logprob=score, tokens=len(target))
            for score, target in zip(question.scores, question.targets, strict=True)
        ],
    )


def _target_ids(loaded: LoadedModel, targets: Sequence[ScoredTarget], *, asked: bool) -> list[list[int]]:
    """The tokens of targets after messages (`asked`) or after a text."""
    whole = [encode_target(loaded, target.text, asked=asked) for target in targets]
    encoded = [ids if target.ends else ids[:-1] for ids, target in zip(whole, targets, strict=True)]
    for place, ids in enumerate(encoded):
        if not ids or not targets[place].text.strip():
            raise RuntimeFault("invalid_request", f"targets[{place}] is empty")
        token = unread_token(loaded, ids)
        if token is not None:
            raise RuntimeFault("invalid_request", f"targets[{place}] holds {token}, a token that the model cannot read")
    return encoded


def _text(answer: Answer, stops: StopStrings) -> str:
    text = stops.text(answer.content)
    return text.lstrip("\n") if answer.thought else text


def _thought_rule(loaded: LoadedModel, budget: int) -> ThoughtRule | None:
    thinking = loaded.chat.thinking
    if thinking is None:
        return None
    thought = thinking.thought
    return ThoughtRule(loaded.tokenizer, thought.begin, thought.end, encode_option(loaded, thought.closing), budget)


def _check(request: GenerateRequest) -> None:
    if request.samples < 1 or request.max_tokens < 1:
        raise RuntimeFault("invalid_request", "samples and maxTokens must be at least 1")
    if request.targets and request.think_tokens > 0:
        raise RuntimeFault(
            "invalid_request",
            "targets cannot be scored where a thought comes before the answer",
            hint="set thinkTokens to 0, or leave targets empty",
        )
    if not 0 <= request.temperature < float("inf"):
        raise RuntimeFault("invalid_request", f"temperature must be 0 or more, not {request.temperature}")
