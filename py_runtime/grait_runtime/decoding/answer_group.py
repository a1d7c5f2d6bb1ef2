"""Answers one planned group of prompts: finished rows leave at once, and the queue fills their places.

Which rows are computed together depends only on the group, its limits and the tokens drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from grait_runtime.decoding.answers import Answer, Drawing, PromptInWork
from grait_runtime.decoding.decoder import Decoder
from grait_runtime.decoding.sampling import draw_tokens, uniform
from grait_runtime.decoding.text_scores import score_texts
from grait_runtime.planning.limits import BatchLimits

#: At least one row in this many must be new, so that one forward pass serves many new prompts.
_REFILL_SHARE = 4


@dataclass(frozen=True)
class InWork:
    """What is computed together: the number of rows, the tokens they hold, and the first row's question."""

    first: str
    rows: int
    tokens: int


class AnswerGroup:
    """Answers `questions` (in order) with `decoder`; all share their first `prefix` tokens."""

    def __init__(
        self,
        decoder: Decoder,
        questions: Sequence[PromptInWork],
        prefix: int,
        drawing: Drawing,
        limits: BatchLimits,
        check_cancelled: Callable[[], None],
    ) -> None:
        self._decoder = decoder
        self._prefix = prefix
        self._drawing = drawing
        self._limits = limits
        self._check_cancelled = check_cancelled
        self._queue = [(question, sample) for question in questions for sample in range(drawing.samples)]
        self._next = 0
        self._prefilled = 0
        #: Questions whose keys and values the decoder holds.
        self._held: list[PromptInWork] = []
        self._rows: list[tuple[PromptInWork, Answer]] = []
        #: Queue entries that are being given a place.
        self._entries: list[tuple[PromptInWork, int]] = []

    @property
    def in_work(self) -> InWork:
        """What is being computed together right now."""
        rows = [question for question, _ in [*self._rows, *self._entries]]
        held = len({id(question) for question in rows})
        longest = max(len(question.tokens) for question in rows)
        return InWork(rows[0].id, len(rows), self._limits.tokens(held, len(rows), longest, self._prefix))

    def run(self) -> Iterator[PromptInWork]:
        """Yield each question when its last answer has ended."""
        while True:
            yield from self._refill()
            if not self._rows:
                return
            self._check_cancelled()
            last = torch.tensor([answer.tokens[-1] for _, answer in self._rows])
            staying, done = self._draw(self._decoder.step(last), self._rows)
            if len(staying) < len(self._rows):
                self._decoder.keep_rows(staying)
                self._rows = [self._rows[row] for row in staying]
            # Half the questions are done: freeing their memory is worth the cost of copying the others.
            if 2 * sum(question.open > 0 for question in self._held) <= len(self._held):
                self._forget()
            yield from done

    def _refill(self) -> Iterator[PromptInWork]:
        """Give free places to the queue; again while answers that end with their first token free them."""
        while self._next < len(self._queue) and (entries := self._admitted()):
            self._check_cancelled()
            self._next += len(entries)
            self._entries = entries
            fresh = [question for question, sample in entries if sample == 0]
            done = self._begin(fresh, entries)
            self._entries = []
            yield from done

    def _admitted(self) -> list[tuple[PromptInWork, int]]:
        """The next queue entries that fit; none while they are too few."""
        if self._rows and not self._decoder.refills:
            return []
        waiting = self._queue[self._next :]
        held = {id(question) for question, _ in self._rows}
        longest = max((len(question.tokens) for question, _ in self._rows), default=0)
        entries: list[tuple[PromptInWork, int]] = []
        for question, sample in waiting:
            # If nothing can be added, the rest of a question that has begun is a wave of its own.
            if sample == 0 and waiting[0][1] > 0 and not self._decoder.refills:
                break
            held.add(id(question))
            longest = max(longest, len(question.tokens))
            rows = len(self._rows) + len(entries) + 1
            tokens = self._limits.tokens(len(held), rows, longest, self._prefix)
            if rows > 1 and (rows > self._limits.max_rows or tokens > self._limits.token_budget):
                break
            entries.append((question, sample))
        few = len(entries) * _REFILL_SHARE < len(self._rows) + len(entries)
        return [] if few and len(entries) < len(waiting) else entries

    def _begin(self, fresh: list[PromptInWork], entries: list[tuple[PromptInWork, int]]) -> list[PromptInWork]:
        """Compute the prompts of `fresh` and draw each entry's first token; return the questions that are done."""
        self._forget()
        if fresh:
            longest_target = max((len(target) for question in fresh for target in question.targets), default=0)
            extend = max(self._drawing.most_tokens, longest_target) > 1
            logits = self._decoder.prefill([question.tokens for question in fresh], self._prefix, extend=extend)
            finite = torch.isfinite(logits).all(dim=-1).tolist()
            for place, question in enumerate(fresh):
                question.number, self._prefilled = self._prefilled, self._prefilled + 1
                question.finite, question.first = finite[place], logits[place] if finite[place] else None
                question.open = self._drawing.samples
            self._held += fresh if extend else []
            self._score_targets([question for question in fresh if question.finite])
        broken = [question for question in fresh if not question.finite]
        begun = [
            (question, self._drawing.begun(sample, thinking=question.thinking))
            for question, sample in entries
            if question.finite
        ]
        if not begun:
            return broken
        for question, answer in begun:
            question.answers.append(answer)
        asked = list({id(question): question for question, _ in begun}.values())
        places = {id(question): place for place, question in enumerate(asked)}
        logits = torch.stack([question.first for question in asked if question.first is not None])
        staying, done = self._draw(logits, begun, [places[id(question)] for question, _ in begun])
        for question in asked:
            if len(question.answers) == self._drawing.samples:
                question.first = None
        if staying:
            self._decoder.add_rows([begun[row][0].number for row in staying])
            self._rows += [begun[row] for row in staying]
        return broken + done

    def _score_targets(self, fresh: list[PromptInWork]) -> None:
        asked = [question for question in fresh if question.targets]
        logits = [question.first for question in asked if question.first is not None]
        if not logits:
            return
        numbers = [question.number for question in asked]
        scores = score_texts(self._decoder, torch.stack(logits), numbers, [question.targets for question in asked])
        for question, own in zip(asked, scores, strict=True):
            question.scores = own.tolist()
            question.finite = bool(np.isfinite(own).all())

    def _draw(
        self, logits: Tensor, rows: Sequence[tuple[PromptInWork, Answer]], row_of_draw: Sequence[int] | None = None
    ) -> tuple[list[int], list[PromptInWork]]:
        """Give each answer its next token; return the rows that continue and the questions that are done."""
        drawing = self._drawing
        uniforms = [uniform(question.id, drawing.seed, answer.sample, len(answer.tokens)) for question, answer in rows]
        tokens, logprobs = draw_tokens(logits, drawing.temperature, uniforms, row_of_draw)
        staying: list[int] = []
        done: list[PromptInWork] = []
        for row, (question, answer) in enumerate(rows):
            token, drawn = answer.next_token(tokens[row])
            answer.logprob += logprobs[row] if drawn else 0.0
            if drawing.goes_on(answer, token):
                staying.append(row)
                continue
            question.open -= 1
            if question.open == 0:
                done.append(question)
        return staying, done

    def _forget(self) -> None:
        """Free the keys and values of questions that are done."""
        needed = [question for question in self._held if question.open and question.finite]
        if len(needed) < len(self._held):
            self._held = needed
            self._decoder.keep_questions([question.number for question in needed])
