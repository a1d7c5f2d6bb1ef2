"""Resolves a model source (embedded:NAME, path:DIR, gguf:FILE, hub:ORG/NAME[@REVISION]) to a loadable folder."""

from __future__ import annotations

import os
from pathlib import Path

from grait_runtime.errors import RuntimeFault, first_line
from grait_runtime.models.embedded import embedded_embedder_dir, embedded_model_dir
from grait_runtime.models.hub_download import Unwatched, Watch, fetch_large_files, require_as_named
from grait_runtime.models.model_files import ModelFiles

_FORMS = "sources are embedded:NAME, path:DIR, gguf:FILE and hub:ORG/NAME[@REVISION]"
_CONFIGURATION = ["*.json", "*.jinja", "*.model", "*.txt"]
_NOT_OURS = ["*/*", "consolidated*"]


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
        return ModelFiles(_snapshot(name, watch or Unwatched()))
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


def _snapshot(name: str, watch: Watch) -> Path:
    """Download (or find in the hub's cache) what a model needs: configuration, tokenizer, safetensors weights.

    huggingface_hub itself reads HF_ENDPOINT, HF_TOKEN, HF_HOME and HF_HUB_OFFLINE.
    """
    from huggingface_hub import constants, snapshot_download

    repository, _, revision = name.partition("@")
    try:
        if not constants.HF_HUB_OFFLINE:
            fetch_large_files(repository, revision or None, [*_CONFIGURATION, "*.safetensors"], watch)
        folder = Path(
            snapshot_download(
                repository,
                revision=revision or None,
                allow_patterns=[*_CONFIGURATION, "*.safetensors"],
                ignore_patterns=_NOT_OURS,
            )
        )
        if not any(folder.glob("*.safetensors")):
            patterns = [*_CONFIGURATION, "*.bin"]
            if not constants.HF_HUB_OFFLINE:
                fetch_large_files(repository, revision or None, patterns, watch)
            snapshot_download(repository, revision=revision or None, allow_patterns=patterns, ignore_patterns=_NOT_OURS)
    except RuntimeFault:
        raise
    except Exception as error:
        raise _hub_fault(name, error) from error
    for file in sorted(folder.iterdir()):
        require_as_named(name, file)
    if not any((*folder.glob("*.safetensors"), *folder.glob("*.bin"))):
        hint = "is it a PyTorch model? With HF_HUB_OFFLINE set, only files downloaded earlier are available"
        raise RuntimeFault("model_not_found", f"{name} on the hub has no weights (*.safetensors, *.bin)", hint=hint)
    if not (folder / "config.json").is_file():
        raise RuntimeFault(
            "model_not_found", f"{name} on the hub has no config.json", hint="is it a transformers model?"
        )
    return folder


def _hub_fault(name: str, error: Exception) -> RuntimeFault:
    from huggingface_hub import errors

    #: Errors that a retry would only repeat. (GatedRepoError is a RepositoryNotFoundError.)
    final = (
        errors.RevisionNotFoundError,
        errors.RepositoryNotFoundError,
        errors.HFValidationError,
        errors.OfflineModeIsEnabled,
    )
    endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co")
    if isinstance(error, errors.GatedRepoError):
        hint = "accept the model's licence on its page, then set HF_TOKEN"
    elif isinstance(error, errors.RevisionNotFoundError):
        hint = "check the revision after the @"
    elif isinstance(error, (errors.RepositoryNotFoundError, errors.HFValidationError)):
        hint = f"check the name (ORG/NAME) on {endpoint}; a private model needs HF_TOKEN"
    elif isinstance(error, (errors.LocalEntryNotFoundError, errors.OfflineModeIsEnabled)):
        hint = f"{endpoint} cannot be reached, or HF_HUB_OFFLINE is set, and the model is not in the cache"
    else:
        hint = f"cannot read it from {endpoint}; try again (downloaded files are kept), or use path:DIR"
    return RuntimeFault(
        "model_not_found",
        f"hub:{name}: {first_line(error)}",
        hint=hint,
        retryable=not isinstance(error, final),
    )
