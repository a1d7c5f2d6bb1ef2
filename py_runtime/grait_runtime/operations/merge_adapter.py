"""The operation mergeAdapter: writes base weights and adapter as one plain model folder."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor
from transformers import PreTrainedModel

from grait_runtime.adapters.lora_layers import lora_pairs
from grait_runtime.context import CallContext
from grait_runtime.contract import MergeAdapterRequest, MergeAdapterResult
from grait_runtime.errors import RuntimeFault
from grait_runtime.files.output_folder import new_folder
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry


def merge_adapter(models: ModelRegistry, request: MergeAdapterRequest, context: CallContext) -> MergeAdapterResult:
    """Write W + scaling * B A in the base's dtype, with configuration, tokenizer and chat template.

    The sum is computed in float32. The loaded base does not change.
    """
    loaded = models.get(request.model)
    if loaded.quantized:
        hint = "load it with quantization none to merge"
        raise RuntimeFault("invalid_request", "the weights of the model are quantized", hint=hint)
    with new_folder(Path(request.output)) as folder:
        with loaded.adapted(request.adapter) as module:
            merged = _merged_weights(module, context)
        _refuse_tied(loaded, merged)
        module = loaded.module
        module.save_pretrained(folder, state_dict={**module.state_dict(), **merged})
        loaded.tokenizer.save_pretrained(folder)
    return MergeAdapterResult(path=request.output)


@torch.no_grad()
def _merged_weights(module: PreTrainedModel, context: CallContext) -> dict[str, Tensor]:
    """The merged weights, by name in the bare module's state dict."""
    names = {layer: name for name, layer in module.named_modules()}
    pairs = lora_pairs(module)
    merged = {}
    for done, pair in enumerate(pairs):
        context.check_cancelled()
        context.progress(done, len(pairs), "layers")
        weight = pair.layer.get_base_layer().weight
        delta = pair.layer.get_delta_weight("default").float()
        merged[f"{names[pair.layer]}.weight"] = (weight.float() + delta).to(weight.dtype)
    context.progress(len(pairs), len(pairs), "layers")
    return merged


def _refuse_tied(loaded: LoadedModel, merged: dict[str, Tensor]) -> None:
    """Refuse to merge into weights that the output head and the embeddings share."""
    module = loaded.module
    head, embeddings = module.get_output_embeddings(), module.get_input_embeddings()
    tied = head is not None and head.weight is embeddings.weight
    changed = [
        name for name, layer in module.named_modules() if layer in (head, embeddings) and f"{name}.weight" in merged
    ]
    if tied and changed:
        hint = "train with targets that exclude the output head"
        raise RuntimeFault("model_unsupported", f"{changed[0]} shares its weights with the embeddings", hint=hint)
