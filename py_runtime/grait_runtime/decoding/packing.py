"""Lays rows of different lengths end to end, so that layers that treat each token alone compute no padding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Packing:
    """Maps Q rows between N tokens end to end and [Q, S], right-padded to the longest."""

    #: [Q]: tokens of each row.
    lengths: Tensor
    #: [N]: position of each token within its row.
    positions: Tensor
    #: [Q]: index of each row's last token among the N.
    last: Tensor
    #: [Q * S]: index among the N for each padded position; padding repeats the row's last token.
    unpacked: Tensor
    #: [N]: index of each token among the Q * S.
    packed: Tensor

    @staticmethod
    def of(lengths: Sequence[int], device: torch.device) -> Packing:
        counts = torch.tensor(lengths, device=device)
        last = counts.cumsum(0) - 1
        columns = torch.arange(max(lengths), device=device)[None]
        real = columns < counts[:, None]
        unpacked = torch.minimum(last[:, None] - counts[:, None] + 1 + columns, last[:, None])
        positions = columns.expand(len(lengths), -1)[real]
        return Packing(counts, positions, last, unpacked.flatten(), real.flatten().nonzero()[:, 0])

    def unpack(self, tokens: Tensor) -> Tensor:
        """[1, H, N, D] -> [Q, H, S, D]"""
        _, heads, _, dim = tokens.shape
        rows = tokens[0].index_select(1, self.unpacked)
        return rows.view(heads, len(self.lengths), -1, dim).transpose(0, 1)

    def pack(self, rows: Tensor) -> Tensor:
        """[Q, H, S, D] -> [1, H, N, D]"""
        count, heads, width, dim = rows.shape
        return rows.transpose(0, 1).reshape(heads, count * width, dim).index_select(1, self.packed)[None]
