"""Logs JSON lines to stderr, one object per line; the libraries' messages and warnings go there too."""

from __future__ import annotations

import json
import logging
import os
import sys
import warnings


class JsonLines(logging.Formatter):
    """Formats records as JSON: {"level", "logger", "message"} and, for an exception, "traceback"."""

    def format(self, record: logging.LogRecord) -> str:
        line = {"level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


def log_to_stderr(level: str) -> None:
    """Set up logging to stderr, for a process whose stdout nobody reads."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(True)
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)  # peft imports it whenever it is installed
    warnings.filterwarnings("ignore", category=FutureWarning)  # meant for the libraries' developers
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    # The libraries read these when imported: progress bars are for a terminal, and this process has none.
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TQDM_DISABLE", "1")


def adopt_transformers_logging() -> None:
    """Replace transformers' own log handler, so that its records go to stderr like the others."""
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_default_handler()
    transformers_logging.enable_propagation()
    transformers_logging.disable_progress_bar()
