"""A LoRA adapter that a model begins with: merged into the weights at load, so that an ordinary model is left.

Everything after that sees base and adapter as one: knowledge, training, gradients, merging. Nothing has to know of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from grait_runtime.adapters.folder import CONFIG_FILE
from grait_runtime.adapters.injection import inject_adapter, remove_adapter
from grait_runtime.adapters.merging import complete_shared, keep_merged, merged_weights, refuse_lost
from grait_runtime.errors import RuntimeFault


def merge_base_adapter(base: PreTrainedModel, folder: Path) -> None:
    """Merge the adapter in `folder` into the weights of `base`, in place: sums in float32, kept in the base's dtype.

    RuntimeFault if it does not fit, or if something of it would be lost.
    """
    if getattr(base, "quantization_method", None) is not None:
        raise quantized_base()
    bare = inject_adapter(base, str(folder), trainable=True)
    try:
        merged = merged_weights(base, bare, lambda done, total: None)
        tied = complete_shared(bare, merged)
        refuse_lost(base, bare, merged)
    finally:
        remove_adapter(base, bare)
    keep_merged(bare, merged)
    if not tied:
        for config in (base.config, base.config.get_text_config()):
            config.tie_word_embeddings = False


def quantized_base() -> RuntimeFault:
    """The refusal of an adapter on quantized weights."""
    return RuntimeFault(
        "invalid_request",
        "an adapter cannot be merged into quantized weights",
        hint="merge it first (mergeAdapter in a script, or PEFT's merge_and_unload), and load the merged folder with "
        "quantization nf4; or use quantization none",
    )


def base_adapter_notes(folder: Path, source: str, tokenizer: PreTrainedTokenizerBase) -> Iterator[str]:
    """What a user should know of an adapter that fits the weights, but may have been made for others."""
    named = _json(folder / CONFIG_FILE).get("base_model_name_or_path")
    if isinstance(named, str) and named and not _is_same(named, source):
        yield f"the adapter in {folder} says that it was trained on {named}; it is merged into {source}"
    template = _template(folder)
    if template is not None and template.strip() != str(tokenizer.chat_template or "").strip():
        yield (
            f"{folder} has a chat template of its own, which is not used: prompts are made by that of {source}. "
            "If the adapter was trained with its own, put it into the model's folder"
        )


def _is_same(named: str, source: str) -> bool:
    """Whether a name in an adapter's configuration can be that of the source: a repository or a folder."""
    name = source.partition(":")[2]
    if source.startswith("hub:"):
        name = "/".join(name.partition("@")[0].split("/")[:2])
        return named.lower() == name.lower() or Path(named).name == name
    return named in (source, name) or Path(named).name.lower() == Path(name).name.lower()


def _template(folder: Path) -> str | None:
    own = folder / "chat_template.jinja"
    found = own.read_text() if own.is_file() else _json(folder / "tokenizer_config.json").get("chat_template")
    return found if isinstance(found, str) else None


def _json(file: Path) -> dict[str, object]:
    try:
        found = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
