"""The operation mergeAdapter: writes base weights and adapter as one plain model folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from torch import Tensor

from grait_runtime.adapters.merging import complete_shared, merged_weights, refuse_lost
from grait_runtime.context import CallContext
from grait_runtime.contract import MergeAdapterRequest, MergeAdapterResult
from grait_runtime.errors import RuntimeFault, first_line
from grait_runtime.files.output_folder import new_folder
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.models.whole_class import PROCESSOR_FILES, whole_class


def merge_adapter(models: ModelRegistry, request: MergeAdapterRequest, context: CallContext) -> MergeAdapterResult:
    """Write the base's weights with all that the adapter trained, with configuration, tokenizer and chat template.

    Weights stay in the base's dtype; sums are computed in float32. The loaded base does not change.
    """
    loaded = models.get(request.model)
    if loaded.quantized:
        hint = "load it with quantization none to merge"
        raise RuntimeFault("invalid_request", "the weights of the model are quantized", hint=hint)
    with new_folder(Path(request.output)) as folder:
        merged, tied = _merged(loaded, request.adapter, context)
        module = loaded.module
        weights = {**module.state_dict(), **merged}
        configs = (module.config, module.config.get_text_config())
        tied = tied and all(getattr(config, "tie_word_embeddings", True) for config in configs)
        module.save_pretrained(folder, state_dict=weights if tied else _unshared(weights))
        if not tied:
            _untie(folder / "config.json")
        _require_readable(folder)
        loaded.tokenizer.save_pretrained(folder)
        _copy_processor(Path(str(module.name_or_path)), folder)
    return MergeAdapterResult(path=request.output)


def _require_readable(folder: Path) -> None:
    """RuntimeFault model_unsupported unless the model's class finds every weight in the folder, and no other."""
    hint = "use base and adapter side by side, which answers rightly"
    told = "the merged folder could not be read back"
    try:
        _, info = whole_class(folder).from_pretrained(
            folder, device_map={"": "meta"}, local_files_only=True, output_loading_info=True
        )
    except Exception as error:
        raise RuntimeFault("model_unsupported", f"{told}: {first_line(error)}", hint=hint) from error
    wrong = sorted(str(name) for kind in ("missing_keys", "unexpected_keys", "mismatched_keys") for name in info[kind])
    if wrong:
        raise RuntimeFault("model_unsupported", f"{told}: {wrong[0]}", hint=hint)


def _copy_processor(source: Path, folder: Path) -> None:
    for name in PROCESSOR_FILES:
        if (source / name).is_file():
            shutil.copyfile(source / name, folder / name)


def _merged(loaded: LoadedModel, adapter: str, context: CallContext) -> tuple[dict[str, Tensor], bool]:
    """The changed weights by name, and whether weights that the base shares are still the same in all their places."""

    def progress(done: int, total: int) -> None:
        context.check_cancelled()
        context.progress(done, total, "layers")

    with loaded.adapted(adapter, trainable=True) as module:
        bare = loaded.weights.bare_tree
        assert bare is not None, "an adapted model has a bare one"
        merged = merged_weights(module, bare, progress)
        tied = complete_shared(bare, merged)
        refuse_lost(module, bare, merged)
    return merged, tied


def _unshared(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """The same weights, each with memory of its own: what shares memory is written under one of its names."""
    seen: set[int] = set()
    found = {}
    for name, value in weights.items():
        found[name] = value.clone() if value.data_ptr() in seen else value
        seen.add(value.data_ptr())
    return found


def _untie(path: Path) -> None:
    """Say in a configuration that the output head has weights of its own."""
    config = json.loads(path.read_text())
    for part in (config, config.get("text_config")):
        if isinstance(part, dict):
            part["tie_word_embeddings"] = False
    path.write_text(json.dumps(config, indent=2) + "\n")
