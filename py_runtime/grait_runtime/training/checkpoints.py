"""Checkpoints for resuming an interrupted training: everything that the next step depends on, in one folder.

Order, learning rate and dropout are functions of (seed, step), so no random generator's state is stored.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from torch import Tensor

from grait_runtime.context import CallContext
from grait_runtime.contract import TrainLoraRequest
from grait_runtime.encoding.text import EncodedSample
from grait_runtime.errors import RuntimeFault
from grait_runtime.files.output_folder import new_folder
from grait_runtime.models.lora_adapters import (
    ADAPTER_FILE,
    OPTIMIZER_FILE,
    Moments,
    read_moments,
    read_tensors,
    write_moments,
    write_tensors,
)

_STATE_FILE = "state.json"


@dataclass
class TrainingState:
    """The progress of a training."""

    step: int = 0
    #: Loss of every step so far.
    losses: list[float] = field(default_factory=list)
    tokens: int = 0
    seconds: float = 0.0


class _StoredState(msgspec.Struct):
    training: str
    step: int
    losses: list[float]
    tokens: int
    seconds: float


@dataclass(frozen=True)
class Checkpoint:
    """A training state with its parameters and AdamW moments."""

    state: TrainingState
    parameters: dict[str, Tensor]
    moments: dict[str, Moments]


class CheckpointFolder:
    """The checkpoints of one training (identified by its digest) as folders `step-N`; each appears by rename."""

    def __init__(self, folder: Path, training: str) -> None:
        self._folder = folder
        self._training = training

    def save(self, state: TrainingState, parameters: Mapping[str, Tensor], moments: Mapping[str, Moments]) -> None:
        """Write a checkpoint, then delete older ones and the incomplete folders of killed processes."""
        final = self._folder / f"step-{state.step:08d}"
        if final.exists():
            shutil.rmtree(final)
        with new_folder(final) as partial:
            write_tensors(partial / ADAPTER_FILE, parameters)
            write_moments(partial / OPTIMIZER_FILE, moments)
            stored = _StoredState(self._training, state.step, state.losses, state.tokens, state.seconds)
            (partial / _STATE_FILE).write_bytes(msgspec.json.encode(stored))
        for entry in self._folder.iterdir():
            if entry != final and entry.name.startswith((".step-", "step-")):
                shutil.rmtree(entry, ignore_errors=True)

    def latest(self, names: list[str], context: CallContext) -> Checkpoint | None:
        """The newest checkpoint of this training, with the parameters `names`; warns about those it skips."""
        for entry in sorted(self._folder.glob("step-*"), reverse=True):
            try:
                stored = msgspec.json.decode((entry / _STATE_FILE).read_bytes(), type=_StoredState)
                if stored.training != self._training:
                    context.warn(f"the checkpoint in {entry} belongs to another training and is not used")
                    continue
                parameters = read_tensors(entry / ADAPTER_FILE)
                state = TrainingState(stored.step, stored.losses, stored.tokens, stored.seconds)
                return Checkpoint(state, {name: parameters[name] for name in names}, read_moments(entry, names))
            except (OSError, KeyError, msgspec.DecodeError, RuntimeFault) as error:
                context.warn(f"the checkpoint in {entry} cannot be read and is not used: {error}")
        return None


def training_digest(request: TrainLoraRequest, samples: Sequence[EncodedSample], revision: str) -> str:
    """SHA-256 (hex) of everything that determines the result: weights, tokens, settings and seed."""
    digest = hashlib.sha256()
    digest.update(msgspec.json.encode([revision, request.lora, request.train, request.seed]))
    for sample in samples:
        digest.update(msgspec.json.encode([sample.id, sample.input_ids, sample.target_start, sample.weight]))
    return digest.hexdigest()
