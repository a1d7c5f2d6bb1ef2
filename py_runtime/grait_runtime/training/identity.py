"""The identity of a training: everything that decides its bytes, by name, so that a difference can be told."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import msgspec

from grait_runtime.contract import TrainLoraRequest
from grait_runtime.encoding.text import EncodedSample
from grait_runtime.models.identity import model_identity
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.planning.limits import BatchLimits

Identity = dict[str, str]


def training_identity(
    request: TrainLoraRequest, samples: Sequence[EncodedSample], loaded: LoadedModel, limits: BatchLimits
) -> Identity:
    """Weights, samples, settings, limits, dtype, device and versions; settings have their names on the wire."""
    return {
        **model_identity(loaded),
        "samples": _digest(samples),
        **_named("lora", request.lora),
        **_named("train", request.train),
        "seed": str(request.seed),
        "token budget": str(limits.token_budget),
    }


def differences(there: Mapping[str, str], here: Mapping[str, str]) -> list[str]:
    """What differs between a stored identity and the one asked for: "dtype float32 there, bfloat16 here"."""
    names = [*there, *(name for name in here if name not in there)]
    return [
        f"{name} {_told(there.get(name))} there, {_told(here.get(name))} here"
        for name in names
        if there.get(name) != here.get(name)
    ]


def _named(prefix: str, settings: msgspec.Struct) -> Identity:
    values: dict[str, object] = msgspec.to_builtins(settings)
    return {f"{prefix}.{name}": msgspec.json.encode(value).decode() for name, value in values.items()}


def _digest(samples: Sequence[EncodedSample]) -> str:
    """SHA-256 (hex) of ids, tokens and weights, in order."""
    digest = hashlib.sha256()
    for sample in samples:
        digest.update(msgspec.json.encode([sample.id, sample.input_ids, sample.target_start, sample.weight]))
    return digest.hexdigest()


def _told(value: str | None) -> str:
    """A value in a message; the first characters of a SHA-256 are enough."""
    return "none" if value is None else value[:12] if len(value) == hashlib.sha256().digest_size * 2 else value
