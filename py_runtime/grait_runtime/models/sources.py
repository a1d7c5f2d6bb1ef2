"""Resolves a model source to a loadable folder: embedded:NAME, path:DIR, gguf:FILE, hub:ORG/NAME[/FILE.gguf][@REV]."""

from __future__ import annotations

from pathlib import Path

from grait_runtime.adapters.folder import checked_folder
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.embedded import embedded_embedder_dir, embedded_model_dir
from grait_runtime.models.hub import gguf_on_hub, hub_adapter, hub_gguf, hub_model
from grait_runtime.models.hub_download import Unwatched, Watch
from grait_runtime.models.model_files import ModelFiles

_FORMS = "sources are embedded:NAME, path:DIR, gguf:FILE and hub:ORG/NAME[/FILE.gguf][@REVISION]"


def resolve_model(source: str, *, every_byte: bool = False, watch: Watch | None = None) -> ModelFiles:
    """Find, convert or download a causal model; RuntimeFault model_not_found says what is missing.

    `every_byte`: read a converted model whole to see whether it is still what was converted.
    `watch` follows a download.
    """
    kind, _, name = source.partition(":")
    if not name:
        raise RuntimeFault("model_not_found", f"{source!r} is not a model source", hint=_FORMS)
    if kind == "embedded":
        return ModelFiles(embedded_model_dir(name, every_byte=every_byte))
    if kind == "path":
        return ModelFiles(_model_folder(name))
    if kind == "gguf":
        file = Path(name).expanduser()
        if not file.is_file():
            raise RuntimeFault("model_not_found", f"there is no file {file}", hint="gguf: takes one .gguf file")
        return ModelFiles(file.parent, file.name)
    if kind == "hub":
        if gguf_on_hub(name) is None:
            return ModelFiles(hub_model(name, watch or Unwatched()))
        file = hub_gguf(name, watch or Unwatched())
        return ModelFiles(file.parent, file.name)
    raise RuntimeFault("model_not_found", f"{source!r} is not a model source", hint=_FORMS)


def resolve_embedder(source: str) -> ModelFiles:
    """Find a sentence embedder: embedded:NAME or path:DIR."""
    kind, _, name = source.partition(":")
    if kind == "embedded" and name:
        return ModelFiles(embedded_embedder_dir(name))
    if kind == "path" and name:
        return ModelFiles(_model_folder(name))
    raise RuntimeFault(
        "model_not_found",
        f"{source!r} is not an embedder source",
        hint="embedder sources are embedded:NAME and path:DIR",
    )


def resolve_adapter(source: str, watch: Watch | None = None) -> Path:
    """Find a LoRA adapter: path:DIR or hub:ORG/NAME[@REVISION]; RuntimeFault adapter_not_found says what is missing."""
    kind, _, name = source.partition(":")
    if kind == "hub" and name:
        return checked_folder(str(hub_adapter(name, watch or Unwatched())))
    if kind == "path" and name:
        return checked_folder(str(Path(name).expanduser()))
    hint = "adapter sources are path:DIR and hub:ORG/NAME[@REVISION]"
    raise RuntimeFault("adapter_not_found", f"{source!r} is not an adapter source", hint=hint)


def _model_folder(name: str) -> Path:
    folder = Path(name).expanduser()
    if not folder.is_dir():
        raise RuntimeFault("model_not_found", f"there is no folder {folder}", hint="path: takes a transformers folder")
    if not (folder / "config.json").is_file():
        hint = "path: takes a transformers folder: config.json, tokenizer.json, *.safetensors"
        packed = next(iter(sorted(folder.glob("*.gguf"))), None)
        hint = hint if packed is None else f"for a GGUF file use gguf:{packed}"
        raise RuntimeFault("model_not_found", f"{folder} has no config.json", hint=hint)
    return folder
