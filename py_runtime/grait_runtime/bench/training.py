"""Times training with the runtime's own loop: seconds, samples per second, the loss of each step and the final loss."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence

import torch
from transformers import PreTrainedModel

from grait_runtime.bench.timing import report
from grait_runtime.bench.workload import ATTENTION, SilentContext, Workload, add_arguments, train_settings, workload
from grait_runtime.contract import LoraSettings, TrainLoraRequest
from grait_runtime.encoding.text import EncodedSample
from grait_runtime.losses.target_batch import target_batch
from grait_runtime.losses.target_loss import sample_losses
from grait_runtime.operations.train_lora import train_lora

RANK = 8
SEED = 1


def main(argv: list[str]) -> None:
    arguments = training_parser(__doc__).parse_args(argv)
    work = workload(arguments)
    with tempfile.TemporaryDirectory() as folder:
        request = TrainLoraRequest(
            model=work.loaded.handle,
            samples=work.samples,
            lora=LoraSettings(rank=RANK, alpha=2.0 * RANK, dropout=0.0, targets=list(ATTENTION)),
            train=train_settings(epochs=arguments.epochs),
            seed=SEED,
            keep_optimizer=False,
            output=f"{folder}/adapter",
            checkpoint=None,
        )
        before = mean_loss(work.loaded.module, work)
        result = train_lora(work.models, request, SilentContext())
        with work.loaded.adapted(request.output) as module:
            after = mean_loss(module, work)
    report_training(work, result.seconds, arguments.epochs, result.losses, before, after)


def training_parser(description: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    add_arguments(parser)
    parser.add_argument("--epochs", type=float, default=1.0)
    return parser


def report_training(
    work: Workload, seconds: float, epochs: float, losses: Sequence[float], before: float, after: float
) -> None:
    report(
        what="training",
        seconds=seconds,
        samples_per_second=len(work.encoded) * epochs / seconds,
        losses=[round(loss, 4) for loss in losses],
        loss_before=before,
        loss_after=after,
    )


@torch.no_grad()
def mean_loss(module: PreTrainedModel, work: Workload) -> float:
    """Mean loss per target token in nats, averaged over all samples."""
    ordered: list[EncodedSample] = sorted(work.encoded, key=lambda item: len(item.input_ids))
    total = 0.0
    for start in range(0, len(ordered), 16):
        total += float(sample_losses(module, target_batch(ordered[start : start + 16], work.loaded.device)).sum())
    return total / len(ordered)
