"""Scores texts after prompts that a decoder has computed: log p(text | prompt)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from grait_runtime.decoding.decoder import Decoder

#: Number of positions whose logits (over the whole vocabulary) are in memory at once.
_POSITIONS_AT_ONCE = 512


@torch.inference_mode()
def score_texts(
    decoder: Decoder, logits: Tensor, numbers: Sequence[int], texts: Sequence[Sequence[Sequence[int]]]
) -> list[NDArray[np.float64]]:
    """Summed log-probability of each of the `texts` of each question, nats, float64.

    `logits` [Q, V]: after each question; `numbers`: the decoder's numbers of the questions. One-token texts are read
    from `logits`, longer ones are computed as continuations.
    """
    scores = []
    normaliser = logits.logsumexp(dim=-1)
    for question, own in enumerate(texts):
        first = torch.tensor([text[0] for text in own], dtype=torch.long, device=logits.device)
        scores.append((logits[question, first] - normaliser[question]).double().cpu().numpy())
    long = [(question, place) for question, own in enumerate(texts) for place, text in enumerate(own) if len(text) > 1]
    for chunk in _chunks(long, [len(texts[question][place]) - 1 for question, place in long]):
        asked = [numbers[question] for question, _ in chunk]
        sums = _continuations(decoder, asked, [texts[question][place] for question, place in chunk])
        for (question, place), value in zip(chunk, sums, strict=True):
            scores[question][place] += value
    return scores


def log_probabilities(logits: Tensor, targets: Tensor) -> Tensor:
    """log p of each target [n] under its row of `logits` [n, V]."""
    return logits.gather(1, targets[:, None])[:, 0] - logits.logsumexp(dim=-1)


def _continuations(decoder: Decoder, questions: Sequence[int], texts: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """Summed log-probability of each text's tokens after the first, given its question and first token."""
    logits = decoder.continuations(questions, [text[:-1] for text in texts])
    targets = torch.tensor([token for text in texts for token in text[1:]], device=logits.device)
    logprobs = log_probabilities(logits, targets).double().cpu().numpy()
    starts = np.cumsum([0, *(len(text) - 1 for text in texts[:-1])])
    summed: NDArray[np.float64] = np.add.reduceat(logprobs, starts)
    return summed


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
