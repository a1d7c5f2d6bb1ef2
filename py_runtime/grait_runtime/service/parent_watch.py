"""Ends the runtime when the process that launched it is gone; nothing else would."""

from __future__ import annotations

import os
import sys

#: Exit status of a runtime whose parent died.
ORPHANED = 3


class ParentWatch:
    """Watches the process `parent_pid`, which must be the parent."""

    def __init__(self, parent_pid: int) -> None:
        self._parent_pid = parent_pid

    def check(self) -> None:
        """Exit at once, whatever the compute thread does, if the parent process has changed."""
        if os.getppid() != self._parent_pid:
            try:
                sys.stderr.write('{"level": "warning", "message": "the parent process is gone; the runtime ends"}\n')
                sys.stderr.flush()
            finally:  # The pipe may be broken: the parent was its reader.
                os._exit(ORPHANED)
