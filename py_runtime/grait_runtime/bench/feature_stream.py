"""A server that streams gradient features from memory: measures the wire alone, without any computation.

Takes the runtime's own arguments: --data and --control endpoints, --parent-pid.
"""

from __future__ import annotations

import argparse
import os
import signal
from dataclasses import replace
from typing import NoReturn

import numpy as np

from grait_runtime.context import CallContext, tensor_ref
from grait_runtime.contract import OPERATIONS, GradientFeaturesItem, GradientFeaturesRequest, PlanResult
from grait_runtime.service.operation_table import ServedOperation, runtime_service
from grait_runtime.service.parent_watch import ParentWatch
from grait_runtime.service.server import Server

#: Bytes of features per message.
FRAME_BYTES = 1 << 20


def main(argv: list[str]) -> NoReturn:
    parser = argparse.ArgumentParser(prog="python -m grait_runtime.bench feature_stream", description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--control", required=True)
    parser.add_argument("--parent-pid", type=int, required=True)
    arguments = parser.parse_args(argv)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    streaming = ServedOperation(OPERATIONS["gradientFeatures"], stream)
    service = runtime_service("cpu")
    service = replace(service, operations={**service.operations, "gradientFeatures": streaming})
    server = Server(service, arguments.data, arguments.control, ParentWatch(arguments.parent_pid))
    signal.signal(signal.SIGTERM, lambda *_: server.stop())
    server.run()
    os._exit(0)


def stream(request: GradientFeaturesRequest, context: CallContext) -> PlanResult:
    """Stream one row per sample, 1 MiB of rows per message."""
    dim = request.projection.dim
    rows = max(1, FRAME_BYTES // (4 * dim))
    features = np.random.default_rng(0).standard_normal((rows, dim), dtype=np.float32)
    ids = [sample.id for sample in request.samples]
    batches = 0
    for start in range(0, len(ids), rows):
        own = ids[start : start + rows]
        part, norms = features[: len(own)], np.ones(len(own), np.float32)
        item = GradientFeaturesItem(
            batch=batches, ids=own, features=tensor_ref(part, 0), norms=tensor_ref(norms, 1), failures=[], halvings=0
        )
        context.emit(item, [part, norms])
        batches += 1
    return PlanResult(plan="", batches=batches)
