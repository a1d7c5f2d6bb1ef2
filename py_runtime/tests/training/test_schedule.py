"""Steps, order and learning rates."""

from __future__ import annotations

import math

import pytest
import torch

from grait_runtime.training.schedule import Schedule
from tests.lora_cases import train_settings


@pytest.mark.parametrize(("epochs", "steps"), [(1.0, 3), (0.5, 2), (1.4, 5), (2.0, 6), (0.01, 1)])
def test_a_fraction_of_an_epoch_is_rounded_up_to_a_step(epochs: float, steps: int) -> None:
    assert Schedule(7, train_settings(epochs=epochs, batch_size=3), 1).steps == steps


def test_an_epoch_sees_every_sample_once_in_an_order_of_its_own() -> None:
    schedule = Schedule(50, train_settings(batch_size=8), 1)
    epochs = [[schedule.samples_of_step(epoch * 7 + step) for step in range(7)] for epoch in range(3)]
    flat = [[index for step in epoch for index in step] for epoch in epochs]
    assert all(sorted(order) == list(range(50)) for order in flat)
    assert flat[0] != flat[1] != flat[2] != flat[0]
    assert [len(step) for step in epochs[0]] == [8] * 6 + [2]
    assert Schedule(50, train_settings(batch_size=8), 2).samples_of_step(0) != epochs[0][0]


@pytest.mark.parametrize("kind", ["linear", "cosine", "constant"])
def test_learning_rates_are_those_of_transformers(kind: str) -> None:
    from transformers import get_scheduler

    schedule = Schedule(40, train_settings(schedule=kind, batch_size=4, epochs=3.0, warmup_ratio=0.11), 1)
    assert (schedule.steps, schedule.warmup_steps) == (30, math.ceil(3.3))
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=schedule.settings.learning_rate)
    name = "constant_with_warmup" if kind == "constant" else kind
    theirs = get_scheduler(name, optimizer, num_warmup_steps=4, num_training_steps=30)
    for step in range(30):
        assert schedule.learning_rate(step) == pytest.approx(theirs.get_last_lr()[0], abs=1e-12)
        optimizer.step()
        theirs.step()
