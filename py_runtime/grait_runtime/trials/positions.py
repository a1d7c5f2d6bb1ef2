"""Finds out whether a model's position factors depend on the length of the row: long RoPE, dynamic scaling.

Such models give every token of a long row other factors. If rows of both kinds were computed together, all would get
those of the longest. Only the small modules that make the factors are tried, over the whole context.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from grait_runtime.adapters.text_part import parts_beside_text
from grait_runtime.device.memory_failure import is_out_of_memory


@dataclass(frozen=True)
class PositionFacts:
    """How position factors depend on length."""

    #: The largest number of tokens with the factors of a short row; None: all rows have the same.
    border: int | None
    #: Whether all rows beyond the border have one set of factors, whatever was computed before.
    steady_beyond: bool


@torch.inference_mode()
def position_facts(module: PreTrainedModel, context_length: int) -> PositionFacts:
    """Try the model's position modules with rows up to `context_length` tokens."""
    borders: list[int] = []
    steady = True
    for maker in _makers(module):
        try:
            border = _border(maker, context_length)
            if border is not None:
                borders.append(border)
                steady = steady and _steady(maker, border, context_length)
        except Exception as error:
            if is_out_of_memory(error):
                raise
            continue  # it takes other positions than those of plain text
    return PositionFacts(min(borders, default=None), steady and len(set(borders)) <= 1)


_Maker = tuple[nn.Module, dict[str, object], torch.device]


def _makers(module: PreTrainedModel) -> list[_Maker]:
    """Modules that turn positions, and nothing else that depends on the tokens, into factors."""
    found: list[_Maker] = []
    modules = dict(module.named_modules())
    beside = parts_beside_text(module, modules)
    for name, part in modules.items():
        if name in beside:
            continue
        names = list(inspect.signature(part.forward).parameters)
        buffer = next(part.buffers(recurse=False), None)
        if names[:2] != ["x", "position_ids"] or buffer is None:
            continue
        kinds = getattr(part, "layer_types", None) if "layer_type" in names else None
        found += [(part, {"layer_type": kind} if kind else {}, buffer.device) for kind in sorted(set(kinds or [None]))]
    return found


def _factors(maker: _Maker, tokens: int) -> Tensor:
    """The factors of the first positions of a row of `tokens` tokens, as one tensor."""
    part, extra, device = maker
    positions = torch.cat([torch.arange(_FIRST, device=device), torch.tensor([max(tokens, _FIRST) - 1], device=device)])
    made = part(torch.zeros(1, 1, 1, device=device), positions[None], **extra)
    parts = made if isinstance(made, tuple) else (made,)
    return torch.cat([value[..., :_FIRST, :].flatten().float() for value in parts])


#: Positions whose factors are compared.
_FIRST = 8


def _border(maker: _Maker, context_length: int) -> int | None:
    short = _factors(maker, _FIRST)
    if torch.equal(short, _factors(maker, context_length)):
        _factors(maker, _FIRST)
        return None
    same, other = _FIRST, context_length
    while other - same > 1:
        middle = (same + other) // 2
        _factors(maker, _FIRST)  # some modules remember the longest row; a short one makes them forget
        if torch.equal(short, _factors(maker, middle)):
            same = middle
        else:
            other = middle
    _factors(maker, _FIRST)
    return same


def _steady(maker: _Maker, border: int, context_length: int) -> bool:
    """Whether rows just beyond the border have the factors of the longest ones, and in any order."""
    just = _factors(maker, border + 1)
    longest = _factors(maker, context_length)
    again = _factors(maker, border + 1)
    _factors(maker, _FIRST)
    return torch.equal(just, longest) and torch.equal(just, again)
