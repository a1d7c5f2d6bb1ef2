"""Tries which decoders give a model's own numbers: the cascade, the model's cache, padding on either side.

The reference is the model's definition, every row computed alone in one pass. No architecture is known by name: what
fails here goes to a slower lane (see planning/batching.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor
from transformers import PreTrainedModel
from transformers.cache_utils import DynamicLayer, DynamicSlidingWindowLayer

from grait_runtime.decoding.cascade_decoder import CascadeDecoder, PrefixStore
from grait_runtime.decoding.decoder import Decoder
from grait_runtime.decoding.plain_decoder import PlainDecoder
from grait_runtime.decoding.whole_decoder import whole_pass
from grait_runtime.device.memory_failure import is_out_of_memory
from grait_runtime.errors import RuntimeFault, first_line
from grait_runtime.planning.batching import Batching, DecoderKind
from grait_runtime.planning.prefix_groups import MIN_PREFIX
from grait_runtime.planning.token_rows import TokenIds
from grait_runtime.trials.close import agree
from grait_runtime.trials.windows import cache_layers, narrow_window, window_of

#: Prompts of the trial: two that share their first tokens and have one length, and a longer one.
_SHORT, _LONG = MIN_PREFIX + 2, MIN_PREFIX + 5
#: Rows that continue the first and the second prompt, token by token; the second row ends after one token.
_ROWS = ((0, (1, 4)), (1, (2,)), (1, (3, 5)))
#: What follows the two prompts at once.
_TEXTS = ((6, 7, 8), (9, 10))


@torch.inference_mode()
def batching_by_trial(module: PreTrainedModel, vocabulary: int) -> Batching:
    """Try the decoders on a few tokens; the border of position factors is not looked for.

    RuntimeFault model_unsupported if the model computes nothing, or is not causal.
    """
    ids = (np.arange(1, 4 * MIN_PREFIX + 1) * 7919 % vocabulary).astype(np.int32)
    begin = ids[:MIN_PREFIX]
    short, other = (np.concatenate([begin, end]) for end in (ids[MIN_PREFIX:_SHORT], ids[MIN_PREFIX - _SHORT :]))
    uneven = [short, np.concatenate([begin, ids[MIN_PREFIX - _LONG :]])]
    definition = _Definition(module)
    expected = definition.walk(uneven)
    definition.refuse_not_causal(uneven[1])
    window = window_of(module)
    batching = replace(_own_cache(module, definition, uneven, [short, other]), window=window, shares_keys=False)
    batching = _past_window(module, batching, uneven, [short, other])
    pads_right = _pads_right(module, uneven, expected)
    if not batching.caches or not _cascades(module):
        return replace(batching, pads_right=pads_right)
    cascade = _tried(lambda: CascadeDecoder(module, PrefixStore(), window), uneven, MIN_PREFIX)
    return replace(batching, pads_right=pads_right, shares_keys=expected.agrees(cascade, module.dtype))


@dataclass(frozen=True)
class _Logits:
    """What was computed: after the prompts and two steps of three rows, and along two continuations."""

    steps: Tensor
    texts: Tensor

    def agrees(self, found: _Logits | None, dtype: torch.dtype) -> bool:
        """Whether a decoder found the same; None: it could not compute it."""
        if found is None:
            return False
        return agree(found.steps, self.steps, dtype) and agree(found.texts, self.texts, dtype)


class _Definition:
    """The model's definition: whole passes over single rows. In a causal model, one pass has all steps of its row."""

    def __init__(self, module: PreTrainedModel) -> None:
        self._module = module
        self._passes: dict[bytes, Tensor] = {}

    def walk(self, prompts: Sequence[TokenIds]) -> _Logits:
        """What `_walk` of a right decoder gives."""
        ends = [len(prompts[question]) - 1 for question, _ in _ROWS]
        rows = [self._logits(prompts[question], own) for question, own in _ROWS]
        prefilled = [rows[0][ends[0]], rows[1][ends[1]]]
        stepped = [row[end + 1] for row, end in zip(rows, ends, strict=True)]
        again = [rows[0][ends[0] + 2], rows[2][ends[2] + 2]]
        texts = [self._logits(prompt, text)[len(prompt) :] for prompt, text in zip(prompts, _TEXTS, strict=True)]
        return _Logits(torch.stack([*prefilled, *stepped, *again]), torch.cat(texts))

    def refuse_not_causal(self, row: TokenIds) -> None:
        """A token's output must not depend on the tokens after it."""
        whole, cut = self._logits(row), self._logits(row[:_SHORT])
        if not agree(cut, whole[:_SHORT], self._module.dtype):
            raise RuntimeFault(
                "model_unsupported",
                f"{type(self._module).__name__} is not causal: its output for a token changes with the tokens after it",
                hint="it is an encoder, or its configuration says so (is_decoder); use a causal language model",
            )

    def _logits(self, prompt: TokenIds, own: Sequence[int] = ()) -> Tensor:
        """[T, V]: after each token of a prompt and the row's own tokens."""
        row = np.concatenate([prompt, np.array(own, np.int32)])
        if row.tobytes() not in self._passes:
            self._passes[row.tobytes()] = self._computed(row)
        return self._passes[row.tobytes()]

    def _computed(self, row: TokenIds) -> Tensor:
        name = type(self._module).__name__
        try:
            logits = whole_pass(self._module, row, 0)
        except Exception as error:
            if is_out_of_memory(error):
                raise
            message = f"{name} does not compute a row of tokens: {first_line(error)}"
            hint = "it must be a causal language model that reads tokens alone"
            if getattr(self._module, "quantization_method", None) is not None:
                hint = "some of its layers do not compute with packed weights: use quantization none"
            raise RuntimeFault("model_unsupported", message, hint=hint) from error
        if len(logits) != len(row):
            message = f"{name} gives {len(logits)} outputs for a row of {len(row)} tokens, not one for each"
            hint = "it writes answers apart from its prompts (an encoder with a decoder); use a causal language model"
            raise RuntimeFault("model_unsupported", message, hint=hint)
        if not torch.isfinite(logits[_SHORT - 1 :]).all():
            message = f"{name} gives values that are not finite for a row of {_SHORT} tokens"
            hint = "its weights are damaged, or need a wider dtype: load it in float32"
            raise RuntimeFault("model_unsupported", message, hint=hint)
        return logits


def _walk(decoder: Decoder, prompts: Sequence[TokenIds], prefix: int) -> _Logits:
    """Everything that operations do with a decoder, with the rows of `_ROWS` and `_TEXTS`."""
    steps = [decoder.prefill(prompts, prefix, extend=True)]
    decoder.add_rows([question for question, _ in _ROWS])
    steps.append(decoder.step(torch.tensor([own[0] for _, own in _ROWS])))
    longer = [(row, own) for row, (_, own) in enumerate(_ROWS) if len(own) > 1]
    decoder.keep_rows([row for row, _ in longer])
    steps.append(decoder.step(torch.tensor([own[1] for _, own in longer])))
    return _Logits(torch.cat(steps), decoder.continuations(range(len(_TEXTS)), _TEXTS))


def _tried(make: Callable[[], Decoder], prompts: Sequence[TokenIds], prefix: int) -> _Logits | None:
    """What the decoder computes; None if the architecture refuses to be computed like that, which it may in any way."""
    try:
        return _walk(make(), prompts, prefix)
    except Exception as error:
        if is_out_of_memory(error):
            raise
        return None


def _own_cache(
    module: PreTrainedModel, definition: _Definition, uneven: Sequence[TokenIds], even: Sequence[TokenIds]
) -> Batching:
    """How the model's own cache may be used: with padding on the left, with rows of one length, or not at all.

    A cache that is wrong for several tokens at once may be right for one at a time.
    """
    for several in (True, False):

        def plain(several: bool = several) -> Decoder:
            return PlainDecoder(module, caches_several=several)

        if definition.walk(uneven).agrees(_tried(plain, uneven, 0), module.dtype):
            return Batching(caches_several=several)
        if definition.walk(even).agrees(_tried(plain, even, 0), module.dtype):
            return Batching(caches_several=several, pads_left=False)
    return Batching(caches=False, caches_several=False, pads_left=False)


def _past_window(
    module: PreTrainedModel, batching: Batching, uneven: Sequence[TokenIds], even: Sequence[TokenIds]
) -> Batching:
    """How rows beyond the window are computed: tried with a window that is narrower than the rows of the trial."""
    if batching.window is None or not batching.caches:
        return batching
    with narrow_window(module, MIN_PREFIX // 2) as narrowed:
        if not narrowed:
            return replace(batching, past_window="whole")
        beyond = _own_cache(module, _Definition(module), uneven, even)
    padded: DecoderKind = "padded" if batching.pads_left and beyond.pads_left else "even"
    several = batching.caches_several and (beyond.caches_several or not beyond.caches)
    return replace(batching, past_window=padded if beyond.caches else "whole", caches_several=several)


def _pads_right(module: PreTrainedModel, prompts: Sequence[TokenIds], expected: _Logits) -> bool:
    """Whether a row beside a longer one, padded on its right, is computed as alone; so training and features do it."""
    padded = torch.zeros(2, _LONG, dtype=torch.long)
    for row, prompt in enumerate(prompts):
        padded[row, : len(prompt)] = torch.from_numpy(prompt.astype(np.int64))
    logits = module(input_ids=padded.to(module.device), use_cache=False).logits
    ends = torch.stack([logits[row, len(prompt) - 1] for row, prompt in enumerate(prompts)]).float()
    return agree(ends, expected.steps[: len(prompts)], module.dtype)


def _cascades(module: PreTrainedModel) -> bool:
    """Whether every layer keeps ordinary keys and values."""
    return all(type(layer) in (DynamicLayer, DynamicSlidingWindowLayer) for layer in cache_layers(module))
