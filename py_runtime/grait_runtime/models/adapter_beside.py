"""Keeps transformers from reading what only lies beside a model: an adapter in its folder, other files near a GGUF."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grait_runtime.adapters.folder import CONFIG_FILE
from grait_runtime.models.model_files import ModelFiles


def note_of_adapter(folder: Path) -> str | None:
    """What to say of an adapter in a model's folder; None: there is none."""
    if not (folder / CONFIG_FILE).is_file():
        return None
    return (
        f"{folder} also holds an adapter ({CONFIG_FILE}), which is not used: the weights are those of the base. "
        f"To use it, load the model with the adapter {folder}"
    )


@contextmanager
def only_the_model(files: ModelFiles) -> Iterator[Path]:
    """A folder with the GGUF file alone, or with the same files but those of an adapter; itself if it has none."""
    folder, alone = files.folder, files.gguf_file
    if alone is None and not (folder / CONFIG_FILE).is_file():
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="grait-model-") as view:
        for entry in folder.iterdir():
            if entry.name == alone if alone is not None else not entry.name.startswith("adapter_"):
                (Path(view) / entry.name).symlink_to(entry.resolve())
        yield Path(view)
