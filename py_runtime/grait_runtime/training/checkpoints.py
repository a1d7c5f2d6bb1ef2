"""Checkpoints for resuming an interrupted training: everything that the next step depends on, in one folder.

Order, learning rate and dropout are functions of (seed, step), so no random generator's state is stored.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from torch import Tensor

from grait_runtime.adapters.folder import ADAPTER_FILE, OPTIMIZER_FILE
from grait_runtime.adapters.stored import Moments, read_moments, read_tensors, write_moments, write_tensors
from grait_runtime.context import CallContext
from grait_runtime.errors import RuntimeFault
from grait_runtime.files.output_folder import new_folder
from grait_runtime.training.identity import Identity, differences

_STATE_FILE = "state.json"


@dataclass
class TrainingState:
    """The progress of a training."""

    step: int = 0
    #: Loss of every step so far.
    losses: list[float] = field(default_factory=list)
    tokens: int = 0
    seconds: float = 0.0
    #: How often the limits of a micro-batch were halved because memory ran out.
    halvings: int = 0
    #: How often the scale of the loss was lowered because a gradient left float16's range.
    lowered: int = 0
    #: Whether prefixes are computed once for all samples of a step; None: not yet tested.
    shares_prefix: bool | None = None


class _StoredState(msgspec.Struct):
    identity: Identity
    progress: TrainingState


@dataclass(frozen=True)
class Checkpoint:
    """A training state with its parameters and AdamW moments."""

    state: TrainingState
    parameters: dict[str, Tensor]
    moments: dict[str, Moments]


class CheckpointFolder:
    """The checkpoints of one training (of this identity) as folders `step-N`; each appears by rename."""

    def __init__(self, folder: Path, identity: Identity) -> None:
        self._folder = folder
        self._identity = identity

    def save(self, state: TrainingState, parameters: Mapping[str, Tensor], moments: Mapping[str, Moments]) -> None:
        """Write a checkpoint, then delete older ones and the incomplete folders of killed processes."""
        final = self._folder / f"step-{state.step:08d}"
        if final.exists():
            shutil.rmtree(final)
        with new_folder(final) as partial:
            write_tensors(partial / ADAPTER_FILE, parameters)
            write_moments(partial / OPTIMIZER_FILE, moments)
            (partial / _STATE_FILE).write_bytes(msgspec.json.encode(_StoredState(self._identity, state)))
        for entry in self._folder.iterdir():
            if entry != final and entry.name.startswith((".step-", "step-")):
                shutil.rmtree(entry, ignore_errors=True)

    def latest(self, names: list[str], context: CallContext) -> Checkpoint | None:
        """The newest checkpoint, with the parameters `names`; warns about damaged ones, which are not used.

        RuntimeFault invalid_request if it is of another training: going on from there would mix the two.
        """
        for entry in sorted(self._folder.glob("step-*"), reverse=True):
            try:
                stored = msgspec.json.decode((entry / _STATE_FILE).read_bytes(), type=_StoredState)
                different = differences(stored.identity, self._identity)
                if not different:
                    parameters = read_tensors(entry / ADAPTER_FILE)
                    kept = {name: parameters[name] for name in names}
                    return Checkpoint(stored.progress, kept, read_moments(entry, names))
            except (OSError, KeyError, msgspec.DecodeError, RuntimeFault) as error:
                context.warn(f"the checkpoint in {entry} cannot be read and is not used: {error}")
                continue
            raise _of_another(entry, different)
        return None


def _of_another(entry: Path, different: Sequence[str]) -> RuntimeFault:
    return RuntimeFault(
        "invalid_request",
        f"the checkpoint in {entry} is of another training: {'; '.join(different)}",
        hint="Resume it as it was begun. To begin again, name another checkpoint folder or delete this one.",
        details={"differences": list(different)},
    )
