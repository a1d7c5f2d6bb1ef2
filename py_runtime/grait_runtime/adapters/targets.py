"""Decides which layers get an adapter: what `all-linear` means for a model, and whether given names fit it."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from transformers import PreTrainedModel

from grait_runtime.adapters.layer_trial import layer_uses
from grait_runtime.adapters.routed_experts import is_inside, linear_layers, routed_experts, routers
from grait_runtime.adapters.text_part import layers_beside_text
from grait_runtime.errors import RuntimeFault, first_line

ALL_LINEAR = "all-linear"


@dataclass
class Targets:
    """The layers to adapt, by full name, and what was left out."""

    modules: list[str]
    #: Parameters that are adapted themselves, like those that hold all experts of a layer.
    parameters: list[str] = field(default_factory=list)
    #: By reason: the kinds of layers that were left out.
    left_out: dict[str, list[str]] = field(default_factory=dict)
    #: Shorter names that stand for just these modules in a configuration; empty: there are none.
    short: list[str] = field(default_factory=list)

    def note(self) -> str | None:
        """What was left out and why, in a sentence; None: nothing was."""
        if not self.left_out:
            return None
        adapted = ", ".join(kinds_of([*self.modules, *self.parameters]))
        return f"lora.targets adapts {adapted}. Left out: {self.reasons()}"

    def reasons(self) -> str:
        """What was left out and why: `q_proj, k_proj (reason); experts (reason)`."""
        return "; ".join(f"{', '.join(kinds)} ({reason})" for reason, kinds in self.left_out.items())


def resolve_targets(module: PreTrainedModel, given: Sequence[str]) -> Targets:
    """The layers that `given` stands for: ["all-linear"], or names in the form of PEFT's target_modules.

    `all-linear` is every linear layer that a trial pass shows to see all tokens: attention, dense feed-forward, shared
    experts; not the output head, routed experts, routers, or what reads pictures or sound. A given name may also be
    that of a parameter with all experts of a layer (`experts.gate_up_proj`). RuntimeFault invalid_request for names
    that fit nothing.
    """
    reasons = _reasons_against(module)
    if list(given) == [ALL_LINEAR]:
        head = module.get_output_embeddings()
        names = [name for name, layer in linear_layers(module) if layer is not head]
        left = {
            **dict.fromkeys(_stacked_experts(module), _ROUTED),
            **{name: reasons[name] for name in names if name in reasons},
        }
        chosen = Targets([name for name in names if name not in reasons], left_out=_by_reason(left, module))
        if not chosen.modules:
            raise RuntimeFault(
                "model_unsupported",
                f"{type(module).__name__} has no linear layer that an adapter fits: {chosen.reasons()}",
                hint="name the modules to adapt in lora.targets",
            )
        return chosen
    return _named(module, given, reasons)


def kinds_of(names: Sequence[str]) -> list[str]:
    """Names without the numbers of layers, each once: `self_attn.q_proj`, `mlp.experts.gate_up_proj`."""
    return list(dict.fromkeys(re.sub(r"^.*\.\d+\.", "", name) for name in names))


_ROUTED = "routed experts; name them in lora.targets to train them"
_NOT_CALLED = "not called as a layer when the model computes"
_NOT_OF_TEXT = "reads pictures or sound, not text"


def _named(module: PreTrainedModel, given: Sequence[str], reasons: dict[str, str]) -> Targets:
    modules = dict(module.named_modules())
    parameters = [name for name, value in module.named_parameters() if value.dim() in (2, 3)]
    chosen, strange = Targets([]), []
    left: dict[str, str] = {}
    for entry in given:
        matched = [name for name in modules if _matches(name, entry)]
        usable = [name for name in matched if name not in reasons]
        stacked = [] if matched else [name for name in parameters if _matches(name, entry)]
        if not matched and not stacked:
            strange.append(entry)
        elif matched and not usable:
            what = f"lora.targets names {entry}, which cannot be adapted ({reasons[matched[0]]})"
            raise RuntimeFault("invalid_request", what, hint=_what_there_is(module, reasons))
        chosen.modules += [name for name in usable if name not in chosen.modules]
        chosen.parameters += [name for name in stacked if name not in chosen.parameters]
        left |= {name: reasons[name] for name in matched if name in reasons}
    if strange:
        what = f"lora.targets names {', '.join(strange)}, which {type(module).__name__} does not have"
        raise RuntimeFault("invalid_request", what, hint=_what_there_is(module, reasons))
    chosen.left_out = _by_reason(left, module)
    if not left and not chosen.parameters:
        chosen.short = list(given)
    return chosen


def _matches(name: str, entry: str) -> bool:
    """PEFT's rule for a list of target_modules."""
    return name == entry or name.endswith(f".{entry}")


def _what_there_is(module: nn.Module, reasons: dict[str, str]) -> str:
    names = [name for name, _ in linear_layers(module) if name not in reasons]
    return f"it has {', '.join(kinds_of([*names, *_stacked_experts(module)]))}; or use all-linear"


def _reasons_against(module: PreTrainedModel) -> dict[str, str]:
    """By linear layer: why an adapter on it would not be trained or not be right."""
    experts = routed_experts(module)
    deciding = routers(module, experts)
    uses = layer_uses(module)
    beside_text = layers_beside_text(module)
    found: dict[str, str] = {}
    for name, use in uses.items():
        if not use.calls and name in beside_text:
            found[name] = _NOT_OF_TEXT
        elif is_inside(name, experts):
            found[name] = "one of several routed experts"
        elif name in deciding:
            found[name] = "routes tokens to experts"
        elif not use.calls:
            found[name] = _NOT_CALLED
        elif not use.sees_every_token:
            found[name] = "does not see every token once"
        elif not use.has_gradient:
            found[name] = "gets no gradient in a short row"
    return found | _refused_by_peft(module, [name for name in uses if name not in found])


def _refused_by_peft(module: PreTrainedModel, names: Sequence[str]) -> dict[str, str]:
    """Layers that PEFT forbids, or takes for others because older versions of the architecture named them so."""
    from peft import LoraConfig
    from peft.tuners.lora import LoraModel

    found = {}
    config = LoraConfig(target_modules=list(names))
    for name in names:
        try:
            LoraModel._check_target_module_compatiblity(None, config, module, name.rpartition(".")[2])  # type: ignore[arg-type]
        except ValueError:
            found[name] = "PEFT does not adapt it in this architecture"
    kept = _after_renaming(config, module)
    read = _found_again(config, module, names)
    return (
        found
        | {name: "PEFT reads its weights under another name" for name in names if name not in read}
        | {
            name: "PEFT takes its name for that of routed experts; with .weight behind the name it can be trained"
            for name in names
            if name not in kept
        }
    )


def _after_renaming(config: Any, module: PreTrainedModel) -> set[str]:
    """The targets that PEFT keeps when it brings a configuration to the present names of an architecture."""
    given = set(config.target_modules)
    try:
        from peft.utils.transformers_weight_conversion import convert_peft_config_for_transformers
    except ImportError:  # older versions rename nothing
        return given
    renamed = copy.deepcopy(config)
    try:
        convert_peft_config_for_transformers(renamed, model=module, conversions=None)
    except ValueError as error:  # it would merge some of them with others that are not there
        raise RuntimeFault("model_unsupported", f"PEFT refuses the layers' names: {first_line(error)}") from error
    return given & set(renamed.target_modules)


def _found_again(config: Any, module: PreTrainedModel, names: Sequence[str]) -> set[str]:
    """The layers whose factors PEFT reads under the names that it stores them with."""
    try:
        from peft.utils.transformers_weight_conversion import convert_peft_adapter_state_dict_for_transformers
    except ImportError:  # older versions rename nothing
        return set(names)
    stored = {f"base_model.model.{name}.lora_A.weight": torch.zeros(1, 1) for name in names}
    read = convert_peft_adapter_state_dict_for_transformers(module, config, dict(stored))
    return {name for name, key in zip(names, stored, strict=True) if key in read}


def _stacked_experts(module: nn.Module) -> list[str]:
    """The parameters that hold all experts of a layer."""
    holders = {name: module.get_submodule(name) for name in routed_experts(module)}
    own = ((name, *named) for name, holder in holders.items() for named in holder.named_parameters(recurse=False))
    return [f"{name}.{parameter}" for name, parameter, value in own if value.dim() == 3]


def _by_reason(left: dict[str, str], module: PreTrainedModel) -> dict[str, list[str]]:
    parts = layers_beside_text(module)
    found: dict[str, list[str]] = {}
    for name, reason in left.items():
        found.setdefault(reason, []).append(parts[name] if reason == _NOT_OF_TEXT else name)
    return {reason: kinds_of(names) for reason, names in found.items()}
