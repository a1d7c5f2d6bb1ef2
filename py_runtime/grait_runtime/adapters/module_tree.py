"""Remembers which modules and tensors a model consists of, and puts exactly these back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

#: Where a module keeps its submodules, parameters, buffers and hooks.
_REGISTRIES = tuple(name for name, value in vars(nn.Module()).items() if isinstance(value, dict))


class ModuleTree:
    """The modules, parameters, buffers and hooks of a model as they are now.

    It holds references and no copies. What is added, wrapped or replaced later is gone after `restore`, whoever
    did it. Only a tensor that was overwritten in place stays changed; `overwritten` finds it.
    """

    def __init__(self, module: nn.Module) -> None:
        self._root = module
        self._attributes = {name: value for name, value in vars(module).items() if name not in _REGISTRIES}
        self._layers = [
            (name, layer, type(layer), {registry: dict(vars(layer)[registry]) for registry in _REGISTRIES})
            for name, layer in module.named_modules()
        ]
        self._tensors = [(name, tensor, tensor.detach(), _version(tensor)) for name, _, _, tensor in self.parameters()]

    def parameters(self) -> Iterator[tuple[str, nn.Module, str, nn.Parameter]]:
        """Every parameter as it was: its name, its layer, its name in the layer, and the tensor; tied ones repeat."""
        for prefix, layer, _, registries in self._layers:
            for name, parameter in registries["_parameters"].items():
                if parameter is not None:
                    yield f"{prefix}.{name}" if prefix else name, layer, name, parameter

    def replaced(self) -> Iterator[tuple[str, nn.Parameter, nn.Parameter]]:
        """The parameters for which the same layer now holds other values: name, as it was, as it is now."""
        data = {id(tensor): detached for _, tensor, detached, _ in self._tensors}
        for full_name, layer, name, parameter in self.parameters():
            now = vars(layer)["_parameters"].get(name)
            if now is not None and (now is not parameter or now.data_ptr() != data[id(parameter)].data_ptr()):
                yield full_name, parameter, now

    def overwritten(self) -> str | None:
        """The name of a tensor that was changed in place since; None: all have their values."""
        changed = (name for name, _, detached, version in self._tensors if _version(detached) != version)
        return next(changed, None)

    @contextmanager
    def copied(self) -> Iterator[None]:
        """Inside, the tensors are copies that may be written into; afterwards those that were not are gone again."""
        for _, tensor, detached, _ in self._tensors:
            if tensor.data_ptr() == detached.data_ptr():
                tensor.data = detached.clone()
        yield
        for _, tensor, detached, _ in self._tensors:
            if torch.equal(tensor, detached):
                tensor.data = detached

    def restore(self) -> None:
        """Make the model consist of the same modules and tensors as before, in the same order."""
        for name in vars(self._root).keys() - self._attributes.keys() - set(_REGISTRIES):
            del vars(self._root)[name]
        for name in self._attributes.keys() - vars(self._root).keys():
            vars(self._root)[name] = self._attributes[name]
        for _, layer, kind, registries in self._layers:
            if type(layer) is not kind:
                layer.__class__ = kind
            for registry, entries in registries.items():
                current = vars(layer)[registry]
                current.clear()
                current.update(entries)
        for _, tensor, detached, _ in self._tensors:
            if tensor.data_ptr() != detached.data_ptr():
                tensor.data = detached


def _version(tensor: Tensor) -> int:
    """How often a tensor was changed in place; tensors made in inference mode do not count."""
    return 0 if tensor.is_inference() else tensor._version
