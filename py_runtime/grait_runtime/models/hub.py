"""Reads models and adapters from the hub, into the hub's own cache.

huggingface_hub itself reads HF_ENDPOINT, HF_TOKEN, HF_HOME and HF_HUB_OFFLINE.
"""

from __future__ import annotations

import os
from pathlib import Path

from grait_runtime.adapters.folder import ADAPTER_FILE, CONFIG_FILE
from grait_runtime.errors import RuntimeFault, first_line
from grait_runtime.models.hub_download import Watch, fetch_large_files, require_as_named

_CONFIGURATION = ["*.json", "*.jinja", "*.model", "*.txt"]
_NOT_OURS = ["*/*", "consolidated*"]


def hub_model(name: str, watch: Watch) -> Path:
    """The folder of ORG/NAME[@REVISION] with what a model needs: configuration, tokenizer, weights."""
    folder = _snapshot(name, [*_CONFIGURATION, "*.safetensors"], watch)
    if not any(folder.glob("*.safetensors")):
        folder = _snapshot(name, [*_CONFIGURATION, "*.bin"], watch)
    if not any((*folder.glob("*.safetensors"), *folder.glob("*.bin"))):
        repository, _, revision = name.partition("@")
        packed = _gguf_files(repository, revision or None)
        hint = "is it a PyTorch model? With HF_HUB_OFFLINE set, only files downloaded earlier are available"
        hint = (
            hint
            if not packed
            else f"for a GGUF file use hub:{repository}/{packed[0]}"
            + (f", or one of {', '.join(packed[1:])}" if len(packed) > 1 else "")
        )
        raise RuntimeFault("model_not_found", f"{name} on the hub has no weights (*.safetensors, *.bin)", hint=hint)
    if not (folder / "config.json").is_file():
        raise RuntimeFault(
            "model_not_found", f"{name} on the hub has no config.json", hint="is it a transformers model?"
        )
    return folder


def gguf_on_hub(name: str) -> tuple[str, str] | None:
    """The repository and the file of ORG/NAME/FILE.gguf[@REVISION]; None for another form."""
    path = name.partition("@")[0]
    repository, file = "/".join(path.split("/")[:2]), "/".join(path.split("/")[2:])
    return (repository, file) if file.lower().endswith(".gguf") else None


def hub_gguf(name: str, watch: Watch) -> Path:
    """The file of ORG/NAME/FILE.gguf[@REVISION]; RuntimeFault model_not_found names those that are there."""
    from huggingface_hub import constants, errors, hf_hub_download

    found = gguf_on_hub(name)
    assert found is not None, "the name of a GGUF file"
    repository, wanted = found
    revision = name.partition("@")[2] or None
    try:
        if not constants.HF_HUB_OFFLINE:
            fetch_large_files(repository, revision, [wanted], watch)
        file = Path(hf_hub_download(repository, wanted, revision=revision))
    except RuntimeFault:
        raise
    except errors.LocalEntryNotFoundError as error:
        raise _hub_fault(name, error) from error
    except errors.EntryNotFoundError as error:
        there = _gguf_files(repository, revision)
        hint = f"it has {', '.join(there)}" if there else f"it has no GGUF file; hub:{repository} is its other form"
        message = f"hub:{repository} has no file {wanted}"
        raise RuntimeFault("model_not_found", message, hint=hint) from error
    except Exception as error:
        raise _hub_fault(name, error) from error
    require_as_named(name, file)
    return file


def _gguf_files(repository: str, revision: str | None) -> list[str]:
    """The GGUF files of a repository; none if it cannot be asked."""
    from huggingface_hub import HfApi

    try:
        return sorted(file for file in HfApi().list_repo_files(repository, revision=revision) if file.endswith(".gguf"))
    except Exception:
        return []


def hub_adapter(name: str, watch: Watch) -> Path:
    """The folder of ORG/NAME[@REVISION] with the files of an adapter."""
    return _snapshot(name, [CONFIG_FILE, ADAPTER_FILE, "tokenizer_config.json", "*.jinja"], watch)


def _snapshot(name: str, patterns: list[str], watch: Watch) -> Path:
    """Download (or find in the hub's cache) the files that match `patterns`, each whole."""
    from huggingface_hub import constants, snapshot_download

    repository, _, revision = name.partition("@")
    try:
        if not constants.HF_HUB_OFFLINE:
            fetch_large_files(repository, revision or None, patterns, watch)
        folder = Path(
            snapshot_download(repository, revision=revision or None, allow_patterns=patterns, ignore_patterns=_NOT_OURS)
        )
    except RuntimeFault:
        raise
    except Exception as error:
        raise _hub_fault(name, error) from error
    for file in sorted(folder.glob("*")):  # a repository without such files has no folder
        require_as_named(name, file)
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
