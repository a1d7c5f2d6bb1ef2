"""Rotary positions as a GGUF file states them: scaling in its facts, factors in tensors of its own."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from grait_runtime.errors import RuntimeFault

#: Tensors that hold factors of the rotary frequencies, and are no weights of the model.
FACTOR_TENSORS = ("rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight")

#: How Llama 3.1 to 3.3 all scale, but for the factor: the file keeps only what comes of it.
_LLAMA3 = dict(low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=8192)


def scaled_rope(rope: dict[str, Any], facts: dict[str, Any], tensors: dict[str, Any]) -> dict[str, Any]:
    """The configuration's rotary parameters with the scaling that a file states in `facts` and `tensors`."""
    facts = {key: value for key, value in facts.items() if value not in ("none", 0)}
    facts.pop("rope.scaling.finetuned", None)
    kind = facts.pop("rope.scaling.type", None)
    original = facts.pop("rope.scaling.original_context_length", None)
    factors = {name: np.asarray(tensors[name], dtype=np.float64) for name in FACTOR_TENSORS if name in tensors}
    ones = [name for name, values in factors.items() if np.all(values == 1)]
    factors = {name: values for name, values in factors.items() if name not in ones or len(ones) == 1 < len(factors)}
    if "rope_freqs.weight" in factors:
        values = factors.pop("rope_freqs.weight")
        _nothing_left(facts, factors)
        return rope | _llama3(values, rope["rope_theta"])
    if factors:
        facts.pop("rope.scaling.factor", None)
        attention = facts.pop("rope.scaling.attn_factor", None)
        _nothing_left(facts, ())
        if len(factors) != 2 or original is None:
            raise lost(f"the tensor {next(iter(factors))}")
        long, short = (factors[f"rope_factors_{name}.weight"].tolist() for name in ("long", "short"))
        scaling = {"rope_type": "longrope", "long_factor": long, "short_factor": short}
        scaling |= {} if attention is None else {"attention_factor": attention}
        return rope | scaling | {"original_max_position_embeddings": original}
    factor = facts.pop("rope.scaling.factor", facts.pop("rope.scale_linear", None))
    if kind == "yarn" and factor is not None:
        betas = {name: facts.pop(f"rope.scaling.yarn_{name}", None) for name in ("beta_fast", "beta_slow")}
        _nothing_left(facts, ())
        scaling = {"rope_type": "yarn", "factor": factor, "original_max_position_embeddings": original}
        if original is None:
            raise lost("rope.scaling.type yarn without rope.scaling.original_context_length")
        return rope | scaling | {name: value for name, value in betas.items() if value is not None}
    _nothing_left(facts, ())
    if kind not in (None, "linear"):
        raise lost(f"rope.scaling.type {kind}")
    return rope if factor in (None, 1) else rope | {"rope_type": "linear", "factor": factor}


def lost(what: str) -> RuntimeFault:
    """The refusal of a file with something in it that would have no effect."""
    return RuntimeFault(
        "model_unsupported",
        f"the GGUF file holds what cannot be taken over: {what}",
        hint="without it the model would answer differently: use the model's safetensors folder (path: or hub:)",
    )


def _llama3(factors: Any, theta: float) -> dict[str, Any]:
    """Parameters that give exactly these factors, found by trying."""
    scale = float(factors.max())
    low, high, original = _LLAMA3.values()
    wavelengths = 2 * math.pi * theta ** (np.arange(len(factors)) / len(factors))
    smooth = (original / wavelengths - low) / (high - low)
    between = 1 / ((1 - smooth) / scale + smooth)
    expected = np.where(wavelengths < original / high, 1, np.where(wavelengths > original / low, scale, between))
    if not np.allclose(expected, factors, rtol=1e-5):
        raise lost("the tensor rope_freqs.weight, whose factors are not those of Llama 3")
    return {"rope_type": "llama3", "factor": scale, **_LLAMA3}


def _nothing_left(facts: dict[str, Any], tensors: Any) -> None:
    for what in (*facts, *tensors):
        raise lost(what)
