"""Works out a model's weights with an adapter merged into them, and tries whether nothing of it was lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from grait_runtime.adapters.module_tree import ModuleTree
from grait_runtime.adapters.trial_tokens import trial_tokens
from grait_runtime.errors import RuntimeFault, first_line


@torch.no_grad()
def merged_weights(
    module: PreTrainedModel, bare: ModuleTree, progress: Callable[[int, int], None]
) -> dict[str, Tensor]:
    """The weights that the adapter on `module` changes, merged, by their names in the bare module's state dict.

    Covers whatever PEFT puts on: LoRA layers of every kind, modules trained whole, trained tokens, biases. Sums are
    computed in float32 and kept in the base's dtype.
    """
    from peft.tuners.tuners_utils import BaseTunerLayer
    from peft.utils.other import AuxiliaryTrainingWrapper

    merged = {name: now.detach() for name, _, now in bare.replaced()}
    wrapped: dict[str, Any] = {}
    for name, layer in module.named_modules():
        inside = any(name.startswith(f"{outer}.") for outer in wrapped)
        if not inside and isinstance(layer, BaseTunerLayer | AuxiliaryTrainingWrapper):
            wrapped[name] = layer
    for done, (name, layer) in enumerate(wrapped.items()):
        progress(done, len(wrapped))
        values = _merged_layer(layer) if isinstance(layer, BaseTunerLayer) else _trained_whole(layer)
        merged |= {f"{name}.{own}": value for own, value in values.items()}
    progress(len(wrapped), len(wrapped))
    names = {name for name, *_ in bare.parameters()}
    strange = min(merged.keys() - names, default=None)
    if strange is not None:
        raise _cannot_merge(f"{strange} is no weight of the model")
    return merged


def refuse_lost(module: PreTrainedModel, bare: ModuleTree, merged: dict[str, Tensor]) -> None:
    """Try a few tokens with the adapter on and with the merged weights; RuntimeFault if the answers differ.

    Leaves the module bare.
    """
    with torch.no_grad():
        expected = _trial_logits(module)
        bare.restore()
        for name, layer, own, _ in list(bare.parameters()):
            if name in merged:
                vars(layer)["_parameters"][own] = nn.Parameter(merged[name], requires_grad=False)
        try:
            found = _trial_logits(module)
        finally:
            bare.restore()
    error = float((found - expected).norm() / expected.norm())
    if not error <= (1e-3 if module.dtype == torch.float32 else 0.3):
        raise _cannot_merge(f"with the weights merged, the model's answers are others (relative error {error:.1e})")


def complete_shared(bare: ModuleTree, merged: dict[str, Tensor]) -> bool:
    """Complete `merged` so that it names every place of a changed shared weight; False if they no longer agree."""
    places: dict[int, list[str]] = {}
    originals: dict[str, Tensor] = {}
    for name, _, _, parameter in bare.parameters():
        places.setdefault(id(parameter), []).append(name)
        originals[name] = parameter.detach()
    agree = True
    for names in places.values():
        if len(names) == 1 or not merged.keys() & names:
            continue
        values = [merged.get(name, originals[name]) for name in names]
        if all(torch.equal(value, values[0]) for value in values):
            merged |= dict.fromkeys(names, values[0])
        else:
            merged |= dict(zip(names, values, strict=True))
            agree = False
    return agree


def keep_merged(bare: ModuleTree, merged: dict[str, Tensor]) -> None:
    """Make the merged weights those of the bare module for good; names with one tensor share it."""
    kept = {id(value): nn.Parameter(value, requires_grad=False) for value in merged.values()}
    for name, layer, own, _ in list(bare.parameters()):
        if name in merged:
            vars(layer)["_parameters"][own] = kept[id(merged[name])]


def _merged_layer(layer: Any) -> dict[str, Tensor]:
    """The base layer's weights with everything merged that PEFT has wrapped around it."""
    base: nn.Module = layer.get_base_layer()
    originals = dict(base._parameters)
    wrappers = [layer]
    while hasattr(wrappers[-1].base_layer, "base_layer"):
        wrappers.append(wrappers[-1].base_layer)
    for name, parameter in originals.items():
        if parameter is not None:
            copy = nn.Parameter(parameter.detach().to(torch.float32, copy=True), requires_grad=False)
            base._parameters[name] = copy
    try:
        for wrapper in wrappers:
            wrapper.merge()
        found = {name: value.detach() for name, value in base._parameters.items() if value is not None}
    except Exception as error:
        raise _cannot_merge(first_line(error)) from error
    finally:
        for wrapper in wrappers:
            wrapper.merged_adapters.clear()
        base._parameters.clear()
        base._parameters.update(originals)
    dtypes = {name: None if value is None else value.dtype for name, value in originals.items()}
    return {name: value.to(dtypes[name]) for name, value in found.items()}


def _trained_whole(wrapper: Any) -> dict[str, Tensor]:
    """The weights of a module that was trained as a whole, or of which some tokens were."""
    if hasattr(wrapper, "token_adapter"):
        return {"weight": wrapper.token_adapter.get_merged_weights(["default"]).detach()}
    return {name: value.detach() for name, value in wrapper.modules_to_save["default"].named_parameters()}


def _trial_logits(module: PreTrainedModel) -> Tensor:
    logits: Tensor = module(input_ids=trial_tokens(module, 1, 8), use_cache=False).logits
    return logits.float()


def _cannot_merge(why: str) -> RuntimeFault:
    hint = "use base and adapter side by side, which answers rightly, or merge with PEFT's own merge_and_unload"
    return RuntimeFault("model_unsupported", f"the adapter cannot be merged: {why}", hint=hint)
