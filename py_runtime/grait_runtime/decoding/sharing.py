"""Chooses the decoder for a model: with shared keys and values, or the ordinary one.

`CascadeDecoder` computes the prefix that all prompts of a batch share once and stores nothing twice. `PlainDecoder` is
the fallback for architectures whose attention is not plain causal attention (sliding windows, soft caps, state
spaces). Both give the same numbers within rounding.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np
import torch
from transformers import DynamicCache, PreTrainedModel
from transformers.cache_utils import DynamicLayer

from grait_runtime.decoding.cascade_decoder import CascadeDecoder, PrefixStore
from grait_runtime.decoding.decoder import Decoder
from grait_runtime.decoding.plain_decoder import PlainDecoder
from grait_runtime.device.memory_failure import is_out_of_memory
from grait_runtime.planning.prefix_groups import MIN_PREFIX

#: The decision for each model in memory.
_decided: WeakKeyDictionary[PreTrainedModel, bool] = WeakKeyDictionary()


def shares_keys(module: PreTrainedModel) -> bool:
    """Whether prompts of this model can share the keys and values of a common prefix; tested at its first prompt."""
    if module not in _decided:
        _decided[module] = can_share_keys(module)
    return _decided[module]


def make_decoder(module: PreTrainedModel, prefixes: PrefixStore) -> Decoder:
    """The decoder for one batch of a model's prompts."""
    return CascadeDecoder(module, prefixes) if shares_keys(module) else PlainDecoder(module)


@torch.inference_mode()
def can_share_keys(module: PreTrainedModel) -> bool:
    """True if the cascade computes the model's own attention: checks its layers, then tries a few tokens."""
    config = module.config.get_text_config()
    if any(type(layer) is not DynamicLayer for layer in DynamicCache(config=config).layers):
        return False
    try:
        return _agrees(module, config.vocab_size)
    except Exception as error:  # the architecture's cache needs more than key-values; use its own path
        if is_out_of_memory(error):
            raise
        return False


def _agrees(module: PreTrainedModel, vocabulary: int) -> bool:
    ids = (np.arange(1, 4 * MIN_PREFIX + 1) * 7919 % vocabulary).astype(np.int32)
    prompts = [ids[: MIN_PREFIX + 3], np.concatenate([ids[:MIN_PREFIX], ids[-9:]])]
    answers = []
    for decoder in (CascadeDecoder(module, PrefixStore()), PlainDecoder(module)):
        first = decoder.prefill(prompts, MIN_PREFIX, extend=True)
        decoder.add_rows([0, 1, 1])
        answers.append(torch.cat([first, decoder.step(torch.tensor([1, 2, 3]))]))
    scale = float(answers[1].abs().max())
    tolerance = 1e-3 if module.dtype == torch.float32 else 5e-2
    return bool((answers[0] - answers[1]).abs().max() <= tolerance * max(scale, 1.0))
