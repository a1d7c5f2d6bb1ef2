"""Keeps transformers from loading an adapter that lies in a model's own folder, unasked."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grait_runtime.adapters.folder import CONFIG_FILE


def note_of_adapter(folder: Path) -> str | None:
    """What to say of an adapter in a model's folder; None: there is none."""
    if not (folder / CONFIG_FILE).is_file():
        return None
    return (
        f"{folder} also holds an adapter ({CONFIG_FILE}), which is not used: the weights are those of the base. "
        f"To use it, load the model with the adapter {folder}"
    )


@contextmanager
def without_adapter(folder: Path) -> Iterator[Path]:
    """A folder with the same files but those of an adapter; `folder` itself if it has none."""
    if not (folder / CONFIG_FILE).is_file():
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="grait-model-") as view:
        for entry in folder.iterdir():
            if not entry.name.startswith("adapter_"):
                (Path(view) / entry.name).symlink_to(entry.resolve())
        yield Path(view)
