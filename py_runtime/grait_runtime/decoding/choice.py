"""Makes the decoder of a lane.

`CascadeDecoder` computes the prefix that all prompts of a batch share once and stores nothing twice. `PlainDecoder`
uses the model's own cache. `WholeDecoder` uses none. Where a model is put into a lane, the lane's decoder was seen to
give its numbers (see trials/decoders.py).
"""

from __future__ import annotations

from transformers import PreTrainedModel

from grait_runtime.decoding.cascade_decoder import CascadeDecoder, PrefixStore
from grait_runtime.decoding.decoder import Decoder
from grait_runtime.decoding.plain_decoder import PlainDecoder
from grait_runtime.decoding.whole_decoder import WholeDecoder
from grait_runtime.planning.batching import Batching, Lane


def make_decoder(module: PreTrainedModel, lane: Lane, batching: Batching, prefixes: PrefixStore) -> Decoder:
    """The decoder for one batch of a model's prompts."""
    if lane.decoder == "whole":
        return WholeDecoder(module)
    if lane.decoder == "shared":
        return CascadeDecoder(module, prefixes, batching.window)
    return PlainDecoder(module, caches_several=batching.caches_several)
