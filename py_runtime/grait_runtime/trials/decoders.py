"""Tries which decoders give a model's own numbers: the cascade, the model's cache, padding on either side.

The reference is the model's definition, every row computed alone in one pass (`WholeDecoder`). No architecture is known
by name: what fails here goes to a slower lane (see planning/batching.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel
from transformers.cache_utils import DynamicLayer, DynamicSlidingWindowLayer

from grait_runtime.decoding.cascade_decoder import CascadeDecoder, PrefixStore
from grait_runtime.decoding.decoder import Decoder
from grait_runtime.decoding.plain_decoder import PlainDecoder
from grait_runtime.decoding.whole_decoder import WholeDecoder, whole_pass
from grait_runtime.device.memory_failure import is_out_of_memory
from grait_runtime.errors import RuntimeFault, first_line
from grait_runtime.planning.prefix_groups import MIN_PREFIX
from grait_runtime.planning.token_rows import TokenIds
from grait_runtime.trials.close import agree

#: Prompts of the trial: two that share their first tokens and have one length, and a longer one.
_SHORT, _LONG = MIN_PREFIX + 2, MIN_PREFIX + 5


@dataclass(frozen=True)
class DecoderFacts:
    """What decoders give the model's own numbers; fields as in `Batching`."""

    shares_keys: bool
    window: int | None
    pads_left: bool
    pads_right: bool
    caches: bool
    caches_several: bool


@torch.inference_mode()
def decoder_facts(module: PreTrainedModel, vocabulary: int) -> DecoderFacts:
    """Try the decoders on a few tokens. RuntimeFault model_unsupported if it computes nothing, or is not causal."""
    ids = (np.arange(1, 4 * MIN_PREFIX + 1) * 7919 % vocabulary).astype(np.int32)
    even = [ids[:_SHORT], np.concatenate([ids[:MIN_PREFIX], ids[-(_SHORT - MIN_PREFIX) :]])]
    uneven = [even[0], np.concatenate([ids[:MIN_PREFIX], ids[-(_LONG - MIN_PREFIX) :]])]
    dtype = module.dtype
    expected = _definition(module, uneven)
    _refuse_not_causal(module, uneven[1], dtype)
    same = _definition(module, even)
    window = _window(module)
    # A cache that is wrong for several tokens at once may be right for one at a time.
    several = next((choice for choice in (True, False) if _caches(module, choice, even, same)), None)
    caches = several is not None
    padded = _try(lambda: PlainDecoder(module, caches_several=several is True), uneven, 0) if caches else None
    shared = _try(lambda: CascadeDecoder(module, PrefixStore(), window), uneven, MIN_PREFIX) if caches else None
    return DecoderFacts(
        shares_keys=_cascades(module) and shared is not None and shared.agrees(expected, dtype),
        window=window,
        pads_left=padded is not None and padded.agrees(expected, dtype),
        pads_right=_pads_right(module, uneven, expected, dtype),
        caches=caches,
        caches_several=several is True,
    )


@dataclass(frozen=True)
class _Logits:
    """What a decoder computed: after the prompts and two steps of three rows, and along two continuations."""

    steps: Tensor
    texts: Tensor

    def agrees(self, expected: _Logits, dtype: torch.dtype) -> bool:
        return agree(self.steps, expected.steps, dtype) and agree(self.texts, expected.texts, dtype)


def _walk(decoder: Decoder, prompts: Sequence[TokenIds], prefix: int) -> _Logits:
    """Everything that operations do with a decoder."""
    steps = [decoder.prefill(prompts, prefix, extend=True)]
    decoder.add_rows([0, 1, 1])
    steps.append(decoder.step(torch.tensor([1, 2, 3])))
    decoder.keep_rows([0, 2])
    steps.append(decoder.step(torch.tensor([4, 5])))
    texts = decoder.continuations([0, 1], [[6, 7, 8], [9, 10]])
    return _Logits(torch.cat(steps), texts)


def _definition(module: PreTrainedModel, prompts: Sequence[TokenIds]) -> _Logits:
    try:
        found = _walk(WholeDecoder(module), prompts, 0)
    except Exception as error:
        if is_out_of_memory(error):
            raise
        message = f"{type(module).__name__} does not compute a row of tokens: {first_line(error)}"
        hint = "it must be a causal language model that reads tokens alone"
        raise RuntimeFault("model_unsupported", message, hint=hint) from error
    if not torch.isfinite(found.steps).all():
        message = f"{type(module).__name__} gives values that are not finite for a row of {_SHORT} tokens"
        hint = "its weights are damaged, or need a wider dtype: load it in float32"
        raise RuntimeFault("model_unsupported", message, hint=hint)
    return found


def _try(make: Callable[[], Decoder], prompts: Sequence[TokenIds], prefix: int) -> _Logits | None:
    """What the decoder computes; None if the architecture refuses to be computed like that, which it may in any way."""
    try:
        return _walk(make(), prompts, prefix)
    except Exception as error:
        if is_out_of_memory(error):
            raise
        return None


def _caches(module: PreTrainedModel, several: bool, prompts: Sequence[TokenIds], expected: _Logits) -> bool:
    """Whether the model's own cache gives what one pass gives, with continuations at once or token by token."""
    found = _try(lambda: PlainDecoder(module, caches_several=several), prompts, 0)
    return found is not None and found.agrees(expected, module.dtype)


def _refuse_not_causal(module: PreTrainedModel, row: TokenIds, dtype: torch.dtype) -> None:
    """A token's output must not depend on the tokens after it."""
    whole = whole_pass(module, row, 0)
    cut = whole_pass(module, row[:_SHORT], 0)
    if not agree(cut, whole[:_SHORT], dtype):
        raise RuntimeFault(
            "model_unsupported",
            f"{type(module).__name__} is not causal: its output for a token changes with the tokens after it",
            hint="it is an encoder, or its configuration says so (is_decoder); use a causal language model",
        )


def _pads_right(module: PreTrainedModel, prompts: Sequence[TokenIds], expected: _Logits, dtype: torch.dtype) -> bool:
    """Whether a row beside a longer one, padded on its right, is computed as alone; so training and features do it."""
    padded = torch.zeros(2, _LONG, dtype=torch.long)
    for row, prompt in enumerate(prompts):
        padded[row, : len(prompt)] = torch.from_numpy(prompt.astype(np.int64))
    logits = module(input_ids=padded.to(module.device), use_cache=False).logits
    ends = torch.stack([logits[row, len(prompt) - 1] for row, prompt in enumerate(prompts)]).float()
    return agree(ends, expected.steps[: len(prompts)], dtype)


def _layers(module: PreTrainedModel) -> Sequence[object]:
    """The layers of the model's cache; none if it has a cache of its own kind."""
    try:
        return DynamicCache(config=module.config.get_text_config()).layers
    except Exception:
        return []


def _cascades(module: PreTrainedModel) -> bool:
    """Whether every layer keeps ordinary keys and values."""
    return all(type(layer) in (DynamicLayer, DynamicSlidingWindowLayer) for layer in _layers(module))


def _window(module: PreTrainedModel) -> int | None:
    """The number of tokens that every layer looks back on; None: all."""
    windows = [layer.sliding_window for layer in _layers(module) if isinstance(layer, DynamicSlidingWindowLayer)]
    return min(windows, default=None)
