"""Causal attention over the keys and values of a prefix, of questions and of rows, without copying shared parts.

The keys that a token sees lie in two or three places. Either all their scores go through one softmax, or each place
gets its own attention and the outputs are merged by their normalisers (as in FlashAttention's blocks, arXiv
2205.14135). Both are ordinary causal attention.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from grait_runtime.decoding.cascade_cache import KeyValues
from grait_runtime.decoding.packed_prompts import packed_prompt_attention
from grait_runtime.decoding.packing import Packing
from grait_runtime.decoding.score_form import ScoreForm
from grait_runtime.device.fast_kernels import why_no_packed_attention

#: Query, keys and values of rows: [R, H or Hkv, T, D].
_Rows = tuple[Tensor, Tensor, Tensor]


def prompt_attention(
    query: Tensor, keys: Tensor, values: Tensor, packing: Packing, prefix: KeyValues | None, form: ScoreForm
) -> Tensor:
    """Attention of prompts laid end to end, each over the prefix ([Hkv, P, D]) and itself: [1, H, N, D] as `query`."""
    if form.cap is None and why_no_packed_attention(query.device, query.dtype, query.shape[3]) is None:
        return packed_prompt_attention(query, keys, values, packing, prefix, form.scaling)
    rows = (packing.unpack(query), packing.unpack(keys), packing.unpack(values))
    if form.cap is not None:
        return packing.pack(_capped(rows, prefix, form))
    scaling = form.scaling
    grouped = query.shape[1] != keys.shape[1]
    if prefix is None:
        own = scaled_dot_product_attention(rows[0], rows[1], rows[2], is_causal=True, scale=scaling, enable_gqa=grouped)
        return packing.pack(own)
    if query.device.type in ("cpu", "cuda"):
        return _merged(query, rows, packing, prefix, scaling)
    return packing.pack(_joined(rows, prefix, scaling, grouped))


@dataclass(frozen=True)
class RowSlots:
    """Gives each row a slot of its question, so that one batched product serves all rows of a question."""

    questions: int
    per_question: int
    #: [R]: slot of each row; None: row r has slot r.
    slots: Tensor | None

    @staticmethod
    def of(question_of_row: Tensor, questions: int) -> RowSlots:
        counts = torch.bincount(question_of_row, minlength=questions)
        order = torch.argsort(question_of_row, stable=True)
        places = torch.arange(len(order), device=order.device)
        sorted_questions = question_of_row[order]
        rank = torch.empty_like(order)
        rank[order] = places - (counts.cumsum(0) - counts)[sorted_questions]
        per = int(counts.max())
        slots = question_of_row * per + rank
        in_place = len(slots) == questions * per and bool((slots == places).all())
        return RowSlots(questions, per, None if in_place else slots)

    def gather(self, rows: Tensor) -> Tensor:
        """[R, Hkv, A, B] -> [Q*Hkv, per*A, B], empty slots zero."""
        _, heads, first, second = rows.shape
        if self.slots is not None:
            padded = rows.new_zeros(self.questions * self.per_question, heads, first, second)
            rows = padded.index_copy_(0, self.slots, rows)
        by_question = rows.reshape(self.questions, self.per_question, heads, first, second).transpose(1, 2)
        return by_question.reshape(self.questions * heads, self.per_question * first, second)

    def scatter(self, slots: Tensor, heads: int) -> Tensor:
        """[Q*Hkv, per*A, C] -> [R, Hkv, A, C]"""
        width = slots.shape[-1]
        rows = slots.reshape(self.questions, heads, self.per_question, -1, width).transpose(1, 2)
        rows = rows.reshape(self.questions * self.per_question, heads, -1, width)
        return rows if self.slots is None else rows.index_select(0, self.slots)


def row_attention(
    query: Tensor,
    own: KeyValues,
    questions: KeyValues,
    prefix: KeyValues | None,
    slots: RowSlots,
    masked: Tensor,
    form: ScoreForm,
) -> Tensor:
    """Attention of rows over the prefix, their question and their own tokens: [R, H, T, D], like `query`.

    `own`: [R, Hkv, C, D]; `questions`: [Q, Hkv, S, D]; `prefix`: [Hkv, P, D]. `masked` is bool [R, T, P + S + C]:
    what token t of row r does not see.
    """
    count, heads, tokens, dim = query.shape
    kv_heads = own[0].shape[1]
    # Query heads of one key-value head side by side: [R, Hkv, G*T, D]; token t of group g is row g*T + t.
    grouped = (query * form.scaling).reshape(count, kv_heads, (heads // kv_heads) * tokens, dim)
    parts = [
        slots.scatter(slots.gather(grouped) @ questions[0].flatten(0, 1).transpose(1, 2), kv_heads),
        _each(grouped, own[0].transpose(2, 3)),
    ]
    if prefix is not None:
        parts.insert(0, _shared(grouped, prefix[0].transpose(1, 2)))
    scores = form.capped(torch.cat(parts, dim=-1).view(count, kv_heads, heads // kv_heads, tokens, -1))
    scores.masked_fill_(masked[:, None, None], float("-inf"))
    weights = torch.softmax(scores, dim=-1, dtype=torch.float32).to(query.dtype).flatten(2, 3)
    split = weights.split([part.shape[-1] for part in parts], dim=-1)
    output = _each(split[-1], own[1])
    output = output + slots.scatter(slots.gather(split[-2]) @ questions[1].flatten(0, 1), kv_heads)
    if prefix is not None:
        output = output + _shared(split[0], prefix[1])
    return output.reshape(count, heads, tokens, dim)


def _merged(
    query: Tensor, rows: tuple[Tensor, Tensor, Tensor], packing: Packing, prefix: KeyValues, scaling: float
) -> Tensor:
    """Separate attention to the prefix (all tokens of all rows at once) and to own tokens, then merged."""
    kv_heads, tokens = prefix[0].shape[0], query.shape[2]
    over_prefix = query.reshape(1, kv_heads, -1, query.shape[3])
    shared, shared_norm = _flash(over_prefix, prefix[0][None], prefix[1][None], False, scaling)
    groups = query.shape[1] // kv_heads
    keys, values = (tensor.repeat_interleave(groups, dim=1) for tensor in rows[1:])
    own, own_norm = _flash(rows[0], keys, values, True, scaling)
    own_norm = packing.pack(own_norm[..., None])
    # Softmax over two values: the weight of the prefix.
    share = torch.sigmoid(shared_norm.reshape(1, -1, tokens, 1) - own_norm).to(query.dtype)
    return torch.lerp(packing.pack(own), shared.reshape(query.shape), share)


def _flash(query: Tensor, keys: Tensor, values: Tensor, causal: bool, scaling: float) -> tuple[Tensor, Tensor]:
    """Output and log of its normaliser [.., H, N], float32."""
    if query.device.type == "cuda":
        # FlashAttention has no float32 and no older GPUs; this kernel has. It pads the normalisers.
        output, norm, _, _ = torch.ops.aten._scaled_dot_product_efficient_attention(
            query, keys, values, None, True, 0.0, causal, scale=scaling
        )
        return output, norm[..., : query.shape[-2]]
    output, norm = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(
        query, keys, values, is_causal=causal, scale=scaling
    )
    return output, norm


def _joined(rows: _Rows, prefix: KeyValues, scaling: float, grouped: bool) -> Tensor:
    """One attention over prefix and own tokens, where no kernel tells its normaliser; the prefix is repeated."""
    query, keys, values = rows
    count, tokens = query.shape[0], query.shape[2]
    keys = torch.cat([prefix[0].expand(count, -1, -1, -1), keys], dim=2)
    values = torch.cat([prefix[1].expand(count, -1, -1, -1), values], dim=2)
    visible = torch.ones(tokens, keys.shape[2], dtype=torch.bool, device=query.device).tril(keys.shape[2] - tokens)
    return scaled_dot_product_attention(
        query, keys, values, attn_mask=visible[None, None], scale=scaling, enable_gqa=grouped
    )


def _capped(rows: _Rows, prefix: KeyValues | None, form: ScoreForm) -> Tensor:
    """Attention over prefix and own tokens with a soft cap, which no fused kernel has: [R, H, T, D]."""
    query, keys, values = rows
    count, heads, tokens, dim = query.shape
    if prefix is not None:
        keys = torch.cat([prefix[0].expand(count, -1, -1, -1), keys], dim=2)
        values = torch.cat([prefix[1].expand(count, -1, -1, -1), values], dim=2)
    # Query heads of one key-value head side by side, as rows of one product.
    grouped = query.reshape(count, keys.shape[1], -1, dim)
    scores = form.capped(grouped @ keys.transpose(2, 3) * form.scaling).view(count, heads, tokens, -1)
    hidden = torch.ones(tokens, scores.shape[-1], dtype=torch.bool, device=query.device).triu(
        scores.shape[-1] - tokens + 1
    )
    weights = torch.softmax(scores.masked_fill_(hidden, float("-inf")), dim=-1, dtype=torch.float32).to(query.dtype)
    return (weights.view(count, keys.shape[1], -1, weights.shape[-1]) @ values).reshape(count, heads, tokens, -1)


def _each(rows: Tensor, other: Tensor) -> Tensor:
    """[R, Hkv, A, B] @ [R, Hkv, B, C], as one batch."""
    return (rows.flatten(0, 1) @ other.flatten(0, 1)).view(*rows.shape[:3], other.shape[3])


def _shared(rows: Tensor, shared: Tensor) -> Tensor:
    """Every row against the same [Hkv, B, C], as one product: [R, Hkv, A, B] -> [R, Hkv, A, C]."""
    count, heads, first, width = rows.shape
    flat = rows.transpose(0, 1).reshape(heads, count * first, width)
    return (flat @ shared).reshape(heads, count, first, -1).transpose(0, 1)
