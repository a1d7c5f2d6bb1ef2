"""Reads a model's tokenizer, and the chat template that lies beside it."""

from __future__ import annotations

import json
from pathlib import Path

from transformers import AutoTokenizer, PreTrainedTokenizerBase

from grait_runtime.errors import RuntimeFault, first_line
from grait_runtime.models.adapter_beside import only_the_model
from grait_runtime.models.model_files import ModelFiles

#: Where models of text and pictures used to keep their template: transformers reads it for their processors only.
_OLDER_TEMPLATE = "chat_template.json"


def load_tokenizer(files: ModelFiles) -> PreTrainedTokenizerBase:
    """The tokenizer beside the weights; RuntimeFault model_unsupported if none can be loaded."""
    try:
        with only_the_model(files) as folder:
            tokenizer = AutoTokenizer.from_pretrained(
                folder, gguf_file=files.gguf_file, local_files_only=True, trust_remote_code=False
            )
    except Exception as error:
        raise RuntimeFault(
            "model_unsupported",
            f"the tokenizer in {files.folder} cannot be loaded: {first_line(error)}",
            hint=_way_to_tokenizer(files.folder),
        ) from error
    loaded: PreTrainedTokenizerBase = tokenizer
    if loaded.chat_template is None and files.gguf_file is None:
        loaded.chat_template = _template_of_processor(files.folder)
    return loaded


def _template_of_processor(folder: Path) -> str | None:
    try:
        template = json.loads((folder / _OLDER_TEMPLATE).read_text())["chat_template"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return template if isinstance(template, str) else None


def _way_to_tokenizer(folder: Path) -> str:
    vocabulary = next((name for name in ("tokenizer.model", "spiece.model") if (folder / name).is_file()), None)
    if vocabulary is None or (folder / "tokenizer.json").is_file():
        return "the folder needs tokenizer.json or the files of a slow tokenizer; code of its own is never run"
    return (
        f"its {vocabulary} needs the packages sentencepiece and protobuf (tiktoken for a file of tiktoken's): where "
        "they are installed, write tokenizer.json beside it with "
        "AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER)"
    )
