"""Where the files of a model lie, and the digest of all that makes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grait_runtime.files.digests import files_digest, folder_digest


@dataclass(frozen=True)
class ModelFiles:
    """Where a model lies. With `gguf_file` the folder's GGUF of that name is the model, else the folder is."""

    folder: Path
    gguf_file: str | None = None

    def digest(self) -> str:
        """SHA-256 (hex) of all that makes the model."""
        return files_digest([self.folder / self.gguf_file]) if self.gguf_file else folder_digest(self.folder)
