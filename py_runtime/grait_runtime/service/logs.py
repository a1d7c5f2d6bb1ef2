"""Log lines as JSON on stderr, one object a line; whatever libraries print or warn of goes there too."""

from __future__ import annotations

import json
import logging
import os
import sys
import warnings


class JsonLines(logging.Formatter):
    """{"level", "logger", "message"} and, for an exception, "traceback"."""

    def format(self, record: logging.LogRecord) -> str:
        line = {"level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


def log_to_stderr(level: str) -> None:
    """Set up logging for a process whose stdout nobody reads."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(True)
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)  # peft imports it wherever it lies, wanted or not
    warnings.filterwarnings("ignore", category=FutureWarning)  # of libraries, for their developers
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    # Read by the libraries when they are imported: their bars are for a terminal, which this process does not have.
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TQDM_DISABLE", "1")


def adopt_transformers_logging() -> None:
    """transformers logs through a handler of its own; let its records go the common way."""
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_default_handler()
    transformers_logging.enable_propagation()
    transformers_logging.disable_progress_bar()
