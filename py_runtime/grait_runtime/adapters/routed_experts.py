"""Finds the routed experts of a model, and the layers that decide who computes."""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn
from transformers.pytorch_utils import Conv1D

_CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)


def linear_layers(module: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Every layer y = x W + b, by name; Conv1D is GPT-2's name for one."""
    for name, layer in module.named_modules():
        if isinstance(layer, nn.Linear | Conv1D):
            yield name, layer


def routed_experts(module: nn.Module) -> dict[str, int | None]:
    """The names of the modules that hold routed experts, and how many each holds, where that can be seen.

    Experts lie in a module of that name, or in parameters of three dimensions: expert, in, out.
    """
    found: dict[str, int | None] = {}
    for name, layer in module.named_modules():
        own = layer.parameters(recurse=False)
        stacked = [len(parameter) for parameter in own if parameter.dim() == 3 and min(parameter.shape) > 1]
        if name.rpartition(".")[2] == "experts" or (stacked and not isinstance(layer, _CONVOLUTIONS)):
            if isinstance(layer, nn.ModuleList):
                stacked.append(len(layer))
            found[name] = stacked[0] if stacked else None
    return found


def is_inside(name: str, containers: dict[str, int | None]) -> bool:
    """Whether a module is one of `containers` or lies in one."""
    return any(name == container or name.startswith(f"{container}.") for container in containers)


def routers(module: nn.Module, experts: dict[str, int | None]) -> set[str]:
    """Linear layers beside routed experts that give one number an expert, or one for a shared expert."""
    blocks = {name.rpartition(".")[0]: count for name, count in experts.items()}
    found = set()
    for name, layer in linear_layers(module):
        width = layer.nf if isinstance(layer, Conv1D) else layer.out_features
        found |= {name for block, count in blocks.items() if name.startswith(f"{block}.") and width in (1, count)}
    return found
