"""Encodes the samples of a training or gradient request."""

from __future__ import annotations

from collections.abc import Sequence

from grait_runtime.context import CallContext
from grait_runtime.contract import Failure, Sample
from grait_runtime.encoding.text import EncodedSample, encode_sample
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.loaded_model import LoadedModel


def encode_samples(
    loaded: LoadedModel, samples: Sequence[Sample], context: CallContext
) -> list[EncodedSample | Failure]:
    """Encode `samples` in order: the tokens of each, or a Failure."""
    encoded: list[EncodedSample | Failure] = []
    for index, sample in enumerate(samples):
        if index % 256 == 0:
            context.check_cancelled()
        encoded.append(encode_sample(loaded, sample))
    return encoded


def refuse_adapted(loaded: LoadedModel, operation: str) -> None:
    """Refuse a model loaded with an adapter: training and gradients put their own adapter on the base weights."""
    if loaded.adapter is not None:
        raise RuntimeFault(
            "invalid_request",
            f"{operation} needs the bare model, but it was loaded with the adapter {loaded.adapter}",
            hint="load the model without an adapter",
        )
