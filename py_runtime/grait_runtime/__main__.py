"""`python -m grait_runtime`: serve one pair of endpoints until told to stop."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from typing import NoReturn

import zmq

from grait_runtime.errors import RuntimeFault
from grait_runtime.service.logs import log_to_stderr
from grait_runtime.service.operation_table import runtime_service
from grait_runtime.service.parent_watch import ParentWatch
from grait_runtime.service.server import Server

_log = logging.getLogger("grait_runtime")


def main() -> NoReturn:
    """Run the server. Exit status: 0 after shutdown or SIGTERM, 2 for bad arguments, 3 when the parent process died."""
    arguments = _arguments()
    log_to_stderr(arguments.log_level)
    # Ctrl-C in a terminal reaches the whole process group; the client decides what to do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if arguments.threads is not None:
        os.environ["OMP_NUM_THREADS"] = str(arguments.threads)
    try:
        server = Server(
            runtime_service(arguments.device, arguments.threads),
            arguments.data,
            arguments.control,
            None if arguments.parent_pid is None else ParentWatch(arguments.parent_pid),
            arguments.idle_timeout,
        )
    except (RuntimeFault, zmq.ZMQError) as error:
        _log.error("cannot serve %s and %s: %s", arguments.data, arguments.control, error)
        sys.exit(2)
    signal.signal(signal.SIGTERM, lambda *_: server.stop())
    server.run()
    logging.shutdown()
    # The compute thread may still be inside native code, which would crash during the interpreter's cleanup.
    os._exit(0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m grait_runtime", description=__doc__)
    parser.add_argument("--data", required=True, metavar="ENDPOINT", help="ipc:// endpoint for calls and replies")
    parser.add_argument(
        "--control", required=True, metavar="ENDPOINT", help="ipc:// endpoint for ping, cancel and shutdown"
    )
    parser.add_argument("--parent-pid", type=int, metavar="PID", help="exit when this process is no longer the parent")
    parser.add_argument("--idle-timeout", type=float, metavar="SECONDS", help="stop after this long without a call")
    parser.add_argument("--log-level", default="info", choices=["debug", "info", "warning", "error"])
    parser.add_argument("--threads", type=_positive, metavar="N", help="threads per computation; default: PyTorch's")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:N or mps")
    return parser.parse_args()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return number


if __name__ == "__main__":
    main()
