"""A training that was interrupted goes on and ends with the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grait_runtime.adapters.folder import OPTIMIZER_FILE
from grait_runtime.contract import TrainLoraRequest
from grait_runtime.errors import Cancelled
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.train_lora import train_lora
from tests.contexts import InterruptedContext, RecordingContext
from tests.lora_cases import lora, samples, train_request
from tests.training.runs import digests, trained

Load = Callable[..., LoadedModel]


@pytest.mark.parametrize(("looks", "dropout"), [(4, 0.2), (7, 0.2), (8, 0.0)])
def test_an_interrupted_training_ends_with_the_same_bytes(
    models: ModelRegistry, load: Load, tmp_path: Path, looks: int, dropout: float
) -> None:
    loaded = load("llama")

    def request(output: str, checkpoint: str | None) -> TrainLoraRequest:
        folder = tmp_path / checkpoint if checkpoint else None
        settings = lora(dropout=dropout)
        return train_request(
            loaded, tmp_path / output, samples(), lora_settings=settings, checkpoint=folder, every_steps=2, epochs=3.0
        )

    whole = trained(models, request("whole", None))
    with pytest.raises(Cancelled):
        train_lora(models, request("resumed", "checkpoint"), InterruptedContext(looks))
    assert not (tmp_path / "resumed").exists()
    assert len(list((tmp_path / "checkpoint").glob("step-*"))) == 1
    context = RecordingContext()
    result = train_lora(models, request("resumed", "checkpoint"), context)
    assert context.progressed[0][0] >= 2
    assert digests(tmp_path / "resumed") == digests(tmp_path / "whole")
    assert (result.losses, result.steps, result.tokens) == (whole.losses, whole.steps, whole.tokens)
    assert [entry.name for entry in tmp_path.rglob(".*")] == []


_TRAIN_IN_A_PROCESS = """
import sys
from pathlib import Path
from typing import Any
import torch
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.train_lora import train_lora
from tests.contexts import RecordingContext
from tests.on_device import DEVICE_NAME
from tests.requests import load_request
from tests.lora_cases import lora, samples, train_request
torch.set_num_threads(1)
model, output, checkpoint, die_at = sys.argv[1:]
models = ModelRegistry(DEVICE_NAME)
loaded = models.get(models.load(load_request(f"path:{model}")).model)
class Dying(RecordingContext):
    def progress(self, done, total, unit, note=""):
        if done == int(die_at):
            import os, signal
            os.kill(os.getpid(), signal.SIGKILL)
request = train_request(loaded, Path(output), samples(), lora_settings=lora(dropout=0.2),
                        checkpoint=Path(checkpoint), every_steps=2, epochs=3.0)
train_lora(models, request, Dying())
"""


def test_a_killed_process_goes_on_in_another_and_ends_with_the_same_bytes(
    models: ModelRegistry, load: Load, tiny_dir: Callable[..., Path], tmp_path: Path
) -> None:
    def run(output: Path, die_at: int) -> int:
        arguments = [str(tiny_dir("llama")), str(output), str(tmp_path / "checkpoint"), str(die_at)]
        command = [sys.executable, "-c", _TRAIN_IN_A_PROCESS, *arguments]
        root = Path(__file__).parents[2]
        environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONHASHSEED": str(die_at + 1)}
        return subprocess.run(command, cwd=root, env=environment, check=False, capture_output=True).returncode

    assert run(tmp_path / "resumed", 5) == -9
    assert run(tmp_path / "resumed", -1) == 0
    loaded = load("llama")
    trained(models, train_request(loaded, tmp_path / "whole", samples(), lora_settings=lora(dropout=0.2), epochs=3.0))
    assert digests(tmp_path / "resumed") == digests(tmp_path / "whole")
    whole, resumed = ((tmp_path / name / "adapter_config.json").read_bytes() for name in ("whole", "resumed"))
    assert whole == resumed


def test_a_damaged_checkpoint_is_passed_over(models: ModelRegistry, load: Load, tmp_path: Path) -> None:
    loaded = load("llama")
    checkpoint = tmp_path / "checkpoint"
    trained(models, train_request(loaded, tmp_path / "a", samples(), checkpoint=checkpoint))
    newest = next(checkpoint.glob("step-*"))
    (newest / OPTIMIZER_FILE).write_bytes(b"half")
    context = RecordingContext()
    train_lora(models, train_request(loaded, tmp_path / "b", samples(), checkpoint=checkpoint), context)
    assert context.progressed[0][0] == 0
    assert context.warnings
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
