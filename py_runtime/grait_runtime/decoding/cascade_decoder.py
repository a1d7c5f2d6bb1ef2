"""A decoder with shared keys and values. See decoding/decoder.py for what a Decoder does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from transformers import PreTrainedModel

from grait_runtime.decoding.cascade_attention import RowSlots, prompt_attention, row_attention
from grait_runtime.decoding.cascade_cache import CascadeCache, KeyValues, PrefixKeys, QuestionKeys, RowKeys
from grait_runtime.decoding.cascade_forward import cascade_forward, cascade_output
from grait_runtime.decoding.layer_states import layer_states
from grait_runtime.decoding.packing import Packing
from grait_runtime.decoding.score_form import ScoreForm
from grait_runtime.planning.token_rows import TokenIds


class PrefixStore:
    """Keeps the keys and values of the latest prefix: batches that share a prefix come one after the other."""

    def __init__(self) -> None:
        self._tokens = b""
        self._keys = PrefixKeys()

    def of(self, module: PreTrainedModel, tokens: TokenIds, window: int | None) -> PrefixKeys:
        """Keys and values of `tokens`, computed alone, so the numbers do not depend on the batch that asks first."""
        if self._tokens != tokens.tobytes():
            self._keys = PrefixKeys()  # frees the old one's memory for the new one
            self._keys = _prefix_keys(module, tokens, window) if len(tokens) else PrefixKeys()
            self._tokens = tokens.tobytes()
        return self._keys


class CascadeDecoder:
    """A Decoder that stores keys and values once: prefix + questions + own tokens of the rows.

    `window`: no row gets longer than this many tokens. It allows layers that see no further than that.
    """

    refills = True

    def __init__(self, module: PreTrainedModel, prefixes: PrefixStore, window: int | None = None) -> None:
        self._module = module
        self._window = window
        self._device = module.device
        self._prefixes = prefixes
        self._prefix = PrefixKeys()
        none = torch.empty(0, dtype=torch.long, device=self._device)
        self._questions = QuestionKeys(none)
        #: The number of each question held, ascending.
        self._numbers = none
        self._prefilled = 0
        self._rows = RowKeys(none)
        #: [R]: index of each row's question among those held.
        self._question_of_row = none
        self._slots: RowSlots | None = None

    def prefill(self, prompts: Sequence[TokenIds], prefix: int, *, extend: bool) -> Tensor:
        ids, packing = self._packed(prompts, prefix)
        found = QuestionKeys(packing.lengths)

        def attend(layer: int, query: Tensor, keys: Tensor, values: Tensor, form: ScoreForm) -> Tensor:
            if extend:
                found.layers[layer] = (packing.unpack(keys).contiguous(), packing.unpack(values).contiguous())
            return prompt_attention(query, keys, values, packing, self._prefix.layers.get(layer), form)

        cache = CascadeCache(attend, prefix, self._window)
        logits = cascade_forward(self._module, cache, ids, prefix + packing.positions[None], packing.last)[0]
        if extend:
            self._questions.append(found)
            numbers = torch.arange(self._prefilled, self._prefilled + len(prompts), device=self._device)
            self._numbers = torch.cat([self._numbers, numbers])
        self._prefilled += len(prompts)
        self._slots = None
        return logits.float()

    def states(self, prompts: Sequence[TokenIds], prefix: int, layers: Sequence[int]) -> Tensor:
        ids, packing = self._packed(prompts, prefix)

        def attend(layer: int, query: Tensor, keys: Tensor, values: Tensor, form: ScoreForm) -> Tensor:
            return prompt_attention(query, keys, values, packing, self._prefix.layers.get(layer), form)

        cache = CascadeCache(attend, prefix, self._window)
        positions = prefix + packing.positions[None]
        output = cascade_output(self._module, cache, ids, positions, packing.last, output_hidden_states=True)
        return layer_states(self._module, output, layers, lambda states: states[0, packing.last])

    def add_rows(self, questions: Sequence[int]) -> None:
        self._question_of_row = torch.cat([self._question_of_row, self._places(questions)])
        self._rows.add_rows(len(questions))
        self._slots = None

    def step(self, tokens: Tensor) -> Tensor:
        self._rows.make_room()
        columns = torch.arange(self._rows.capacity, device=self._device)
        masked = self._masked(self._question_of_row, (columns > self._rows.lengths[:, None])[:, None])
        slots = self._row_slots()

        def attend(layer: int, query: Tensor, keys: Tensor, values: Tensor, form: ScoreForm) -> Tensor:
            own = self._rows.put(layer, keys, values)
            prefix = self._prefix.layers.get(layer)
            return row_attention(query, own, self._questions.layers[layer], prefix, slots, masked, form)

        positions = self._ends(self._question_of_row) + self._rows.lengths
        cache = CascadeCache(attend, self._prefix.length, self._window)
        ids = tokens[:, None].to(self._device)
        logits = cascade_forward(self._module, cache, ids, positions[:, None], 1)[:, 0]
        self._rows.lengths = self._rows.lengths + 1
        return logits.float()

    def continuations(self, questions: Sequence[int], texts: Sequence[Sequence[int]]) -> Tensor:
        question_of_text = self._places(questions)
        packing = Packing.of([len(text) for text in texts], self._device)
        ids = torch.tensor([token for text in texts for token in text], device=self._device)[None]
        longest = int(packing.lengths.max())
        future = torch.ones(longest, longest, dtype=torch.bool, device=self._device).triu(1)
        masked = self._masked(question_of_text, future.expand(len(texts), -1, -1))
        slots = RowSlots.of(question_of_text, len(self._numbers))

        def attend(layer: int, query: Tensor, keys: Tensor, values: Tensor, form: ScoreForm) -> Tensor:
            own: KeyValues = (packing.unpack(keys), packing.unpack(values))
            prefix = self._prefix.layers.get(layer)
            rows = row_attention(packing.unpack(query), own, self._questions.layers[layer], prefix, slots, masked, form)
            return packing.pack(rows)

        starts = self._ends(question_of_text).repeat_interleave(packing.lengths)
        cache = CascadeCache(attend, self._prefix.length, self._window)
        return cascade_forward(self._module, cache, ids, (starts + packing.positions)[None], 0)[0].float()

    def keep_rows(self, rows: Sequence[int]) -> None:
        index = torch.tensor(rows, dtype=torch.long, device=self._device)
        self._question_of_row = self._question_of_row[index]
        self._rows.select(index)
        self._slots = None

    def keep_questions(self, questions: Sequence[int]) -> None:
        kept = torch.searchsorted(self._numbers, torch.tensor(questions, dtype=torch.long, device=self._device))
        self._questions.select(kept)
        self._numbers = self._numbers[kept]
        self._question_of_row = torch.searchsorted(kept, self._question_of_row)
        self._slots = None

    def _packed(self, prompts: Sequence[TokenIds], prefix: int) -> tuple[Tensor, Packing]:
        """Token ids [1, T] of what follows the prefix, end to end, once the prefix's keys are there."""
        self._prefix = self._prefixes.of(self._module, prompts[0][:prefix], self._window)
        suffixes = [prompt[prefix:] for prompt in prompts]
        ids = torch.from_numpy(np.concatenate(suffixes).astype(np.int64))[None].to(self._device)
        return ids, Packing.of([len(suffix) for suffix in suffixes], self._device)

    def _places(self, questions: Sequence[int]) -> Tensor:
        """[R]: the index of each of these questions among those held."""
        return torch.searchsorted(self._numbers, torch.tensor(questions, device=self._device))

    def _ends(self, question_of_row: Tensor) -> Tensor:
        """[R]: position of the first token after each row's question."""
        return self._prefix.length + self._questions.lengths[question_of_row]

    def _row_slots(self) -> RowSlots:
        if self._slots is None:
            self._slots = RowSlots.of(self._question_of_row, len(self._numbers))
        return self._slots

    def _masked(self, question_of_row: Tensor, own: Tensor) -> Tensor:
        """[R, T, P + S + C]: the padding of the questions, and `own` [R, T, C]."""
        columns = torch.arange(self._questions.longest, device=self._device)
        padding = columns >= self._questions.lengths[question_of_row][:, None]
        tokens = own.shape[1]
        prefix = own.new_zeros(len(own), tokens, self._prefix.length)
        return torch.cat([prefix, padding[:, None].expand(-1, tokens, -1), own], dim=-1)


def _prefix_keys(module: PreTrainedModel, tokens: TokenIds, window: int | None) -> PrefixKeys:
    found = PrefixKeys(len(tokens))
    packing = Packing.of([len(tokens)], module.device)

    def attend(layer: int, query: Tensor, keys: Tensor, values: Tensor, form: ScoreForm) -> Tensor:
        found.layers[layer] = (keys[0].contiguous(), values[0].contiguous())
        return prompt_attention(query, keys, values, packing, None, form)

    ids = torch.from_numpy(tokens.astype(np.int64))[None].to(module.device)
    positions = torch.arange(len(tokens), device=module.device)[None]
    cascade_forward(module, CascadeCache(attend, 0, window), ids, positions, 1)
    return found
