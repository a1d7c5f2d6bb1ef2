"""Tries a loaded model once: how its rows may be computed together, and what a user should know about that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from transformers import PreTrainedModel

from grait_runtime.contract import ModelCheck
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.shape import model_shape
from grait_runtime.planning.batching import Batching
from grait_runtime.trials.decoders import batching_by_trial
from grait_runtime.trials.fast_paths import fast_paths
from grait_runtime.trials.kernels import settle_attention
from grait_runtime.trials.positions import PositionFacts, position_facts
from grait_runtime.trials.repeatable import settle_repeatability
from grait_runtime.trials.vocabulary import tokens_without_row


@dataclass(frozen=True)
class Trial:
    """What was found about a model."""

    batching: Batching
    #: In the order in which they were tried.
    checks: list[ModelCheck]


#: The trial of each model in memory: weights are tried once, whatever their handles.
_tried: WeakKeyDictionary[PreTrainedModel, Trial] = WeakKeyDictionary()


def batching_of(loaded: LoadedModel) -> Batching:
    """How the model's rows may be computed together."""
    return trial_of(loaded).batching


def trial_of(loaded: LoadedModel) -> Trial:
    """Try a model, or recall what was found. RuntimeFault model_unsupported if nothing can be trusted."""
    base = loaded.weights.base
    if base not in _tried:
        _tried[base] = _trial(loaded)
    return _tried[base]


def _trial(loaded: LoadedModel) -> Trial:
    module = loaded.module
    rows = loaded.embedding_rows
    unread = tokens_without_row(loaded.tokenizer, rows, loaded.stop_ids, loaded.source)
    positions = position_facts(module, loaded.context_length)
    if not positions.steady_beyond and loaded.context_length > (positions.border or 0):
        raise _unsteady(loaded, positions)
    fused = settle_attention(module, rows)
    batching = replace(batching_by_trial(module, rows), border=positions.border)
    checks = [_vocabulary(rows, unread), _positions(positions), _attention(fused), *_decoders(batching)]
    if loaded.device.type == "cuda":
        checks.append(_bytes(settle_repeatability(module, loaded.device)))
        checks.append(fast_paths(loaded.device, loaded.dtype, model_shape(loaded)))
    return Trial(batching, checks)


def _unsteady(loaded: LoadedModel, positions: PositionFacts) -> RuntimeFault:
    name = type(loaded.weights.base).__name__
    message = (
        f"{name} changes its position factors with the length of every row beyond {positions.border} tokens "
        "(dynamic scaling), so a row's numbers would depend on the rows beside and before it"
    )
    hint = f"set max_position_embeddings in its config.json to {positions.border}, or take the rope type yarn"
    return RuntimeFault("model_unsupported", message, hint=hint)


def _vocabulary(rows: int, unread: list[str]) -> ModelCheck:
    if not unread:
        return ModelCheck("vocabulary", "right", f"every token has one of the embedding's {rows} rows")
    message = f"{len(unread)} added tokens have no row in the embedding ({unread[0]!r}); texts with them are refused"
    return ModelCheck("vocabulary", "limited", message)


def _positions(facts: PositionFacts) -> ModelCheck:
    apart = (
        f"rows of more than {facts.border} tokens have other position factors; they are computed apart from shorter "
        "ones, and rows that cross the border one by one"
    )
    same = "the factors of a position are the same in rows of all lengths"
    return _check("positions", same, None if facts.border is None else apart)


def _attention(fused: bool) -> ModelCheck:
    written_out = "the fast attention leaves out part of this model's; the written-out one is used"
    same = "the fast attention computes what the written-out one does"
    return _check("attention", same, None if fused else written_out)


def _decoders(batching: Batching) -> list[ModelCheck]:
    """Checks of causality, cache, padding and sharing."""
    if not batching.caches:
        cache = "the model's cache does not give what one pass gives; each token is computed from the row's beginning"
    elif not batching.caches_several:
        cache = "the model's cache is right for one token at a time only; options are computed token by token"
    else:
        cache = None
    window = "" if batching.window is None else f" while a row fits the window of {batching.window} tokens"
    past = None
    if batching.past_window == "whole":
        past = (
            f"beyond {batching.window} tokens the model's cache does not give what one pass gives; there, each token "
            "is computed from the row's beginning"
        )
    elif batching.past_window == "even" and batching.pads_left:
        past = f"beyond {batching.window} tokens, only prompts of one length are computed together"
    return [
        _check("causal", "a token's output does not depend on the tokens after it", None),
        _check("cache", "token by token gives what one pass gives", cache),
        _check(
            "padding",
            "a row beside a longer one gives what it gives alone",
            "a padded row is not what it is alone; only prompts of one length are computed together"
            if batching.caches and not batching.pads_left
            else None,
        ),
        _check(
            "samples",
            "training rows beside longer ones give what they give alone",
            None
            if batching.pads_right
            else "a row padded on its right is not what it is alone; training and features take rows one by one",
        ),
        _check(
            "window",
            "rows beyond the window are computed as one pass computes them"
            if batching.window is not None
            else "the model's layers look back on all tokens",
            past if batching.caches else None,
        ),
        _check(
            "sharing",
            f"what prompts begin with is computed once{window}",
            None if batching.shares_keys else "the model's attention does not allow it; every prompt is computed whole",
        ),
    ]


def _bytes(unsteady: str | None) -> ModelCheck:
    if unsteady is None:
        return ModelCheck("bytes", "right", "every operation of a training step has a deterministic form here")
    message = f"{unsteady} has no deterministic form here: two trainings may differ in the last digits"
    return ModelCheck("bytes", "limited", message)


def _check(name: str, right: str, slower: str | None) -> ModelCheck:
    """What is found where a trial is passed, or else (`slower`) what is done instead."""
    return ModelCheck(name, "right", right) if slower is None else ModelCheck(name, "slower", slower)
