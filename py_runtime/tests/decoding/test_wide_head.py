"""Scores of a half-precision model are those of its head in float32."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from torch import nn

from grait_runtime.contract import OptionsPrompt, ScoreOptionsItem, ScoreOptionsRequest
from grait_runtime.decoding.wide_head import wide_head, wide_linear
from grait_runtime.encoding.text import encode_option, encode_prompt
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.score_options import score_options
from tests.contexts import RecordingContext
from tests.requests import load_request


def test_the_sum_is_that_of_float64(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    monkeypatch.setattr("grait_runtime.decoding.wide_head._ROWS_AT_ONCE", 7)
    head, states = nn.Linear(300, 50).bfloat16(), torch.randn(2, 3, 300).bfloat16()
    exact = states.double() @ head.weight.double().T + head.bias.double()
    found = wide_linear(states, head.weight, head.bias)
    assert found.dtype == torch.float32
    torch.testing.assert_close(found.double(), exact, rtol=0, atol=1e-5)
    assert float((head(states).double() - exact).abs().max()) > 1e-3


def test_scores_are_those_of_an_exact_head_on_the_model_s_states(
    models: ModelRegistry, tiny_dir: Callable[..., Path]
) -> None:
    load = msgspec.structs.replace(load_request(f"path:{tiny_dir('llama')}"), dtype="bfloat16")
    loaded = models.get(models.load(load).model)
    item = OptionsPrompt(id="q", messages=None, prompt="Is Nairobi in Kenya? Answer:", options=[" yes", " no", " A"])
    request = ScoreOptionsRequest(model=loaded.handle, items=[item], token_budget=None, completed=[], halvings=0)
    context = RecordingContext()
    score_options(models, request, context)
    assert isinstance(context.items[0], ScoreOptionsItem)
    module = loaded.module
    ids = torch.tensor([encode_prompt(loaded, item)], device=loaded.device)
    with torch.inference_mode():
        states = module.model(input_ids=ids, use_cache=False).last_hidden_state[0, -1].double()
        weight = module.get_output_embeddings().weight
        logprobs = (weight.double() @ states).log_softmax(-1)
        rounded = module(input_ids=ids, use_cache=False).logits[0, -1].double().log_softmax(-1)
    firsts = [encode_option(loaded, option) for option in item.options]
    short = [place for place, option in enumerate(firsts) if len(option) == 1]
    assert short
    scores = context.frames[0][0]
    for place in short:
        assert scores[place] == pytest.approx(float(logprobs[firsts[place][0]]), abs=1e-4)
    assert not np.allclose(rounded.cpu(), logprobs.cpu(), atol=1e-4)


def test_afterwards_the_head_is_the_model_s_own(tiny_dir: Callable[..., Path], models: ModelRegistry) -> None:
    load = msgspec.structs.replace(load_request(f"path:{tiny_dir('llama')}"), dtype="bfloat16")
    module = models.get(models.load(load).model).module
    ids = torch.tensor([[1, 2, 3]], device=module.device)
    with torch.inference_mode():
        before = module(input_ids=ids).logits
        with wide_head(module):
            assert module(input_ids=ids).logits.dtype == torch.float32
        assert torch.equal(module(input_ids=ids).logits, before)
