"""The location of a model's files, and the digest of their contents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grait_runtime.files.digests import files_digest, folder_digest


@dataclass(frozen=True)
class ModelFiles:
    """The location of a model: the file `gguf_file` in the folder if given, otherwise the folder itself."""

    folder: Path
    gguf_file: str | None = None

    def digest(self, *, every_byte: bool = False) -> str:
        """SHA-256 (hex) of everything that defines the model; `every_byte` as for `file_digest`."""
        if self.gguf_file:
            return files_digest([self.folder / self.gguf_file], every_byte=every_byte)
        return folder_digest(self.folder, every_byte=every_byte)
