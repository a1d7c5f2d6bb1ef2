"""What decoders can be trusted with, for architectures of every kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from grait_runtime.contract import OptionsPrompt, ScoreOptionsRequest
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.score_options import score_options
from grait_runtime.trials.decoders import batching_by_trial
from grait_runtime.trials.kernels import settle_attention
from grait_runtime.trials.model_trial import batching_of
from tests.architectures import WINDOW, tiny_module, write_tiny
from tests.contexts import RecordingContext
from tests.operations.scored import alone, scores
from tests.requests import load_request, raw

SHOTS = "Choose one option.\nA. red\nB. green\nAnswer: A\n\n"


def load(models: ModelRegistry, folder: Path) -> LoadedModel:
    return models.get(models.load(load_request(f"path:{folder}")).model)


def asked() -> list[OptionsPrompt]:
    """Short and long prompts, with and without a common beginning, and options of one and of many tokens."""
    texts = ["Which?", "What is the capital of France, if any?", f"{SHOTS}Which?", f"{SHOTS}Which colour?", SHOTS * 3]
    options = [" A", " red or green", "I don't know"]
    return [
        OptionsPrompt(id=f"q{n}", messages=None, prompt=raw("", text).prompt, options=options)
        for n, text in enumerate(texts)
    ]


def assert_right(models: ModelRegistry, loaded: LoadedModel) -> None:
    context = RecordingContext()
    request = ScoreOptionsRequest(model=loaded.handle, items=asked(), token_budget=None, completed=[], halvings=0)
    score_options(models, request, context)
    found = scores(context)
    for item in asked():
        np.testing.assert_allclose(found[item.id], [alone(loaded, item, text) for text in item.options], atol=1e-4)


@pytest.mark.parametrize(
    "architecture",
    [
        "gemma2",
        "gemma3_text",
        "gpt_oss",
        "jamba",
        "mamba",
        "mamba2",
        "mixtral",
        "moshi",
        "opt",
        "phi3",
        "recurrent_gemma",
        "rwkv",
    ],
)
def test_options_score_as_one_plain_pass_says(models: ModelRegistry, tmp_path: Path, architecture: str) -> None:
    assert_right(models, load(models, write_tiny(tmp_path, architecture)))


def test_a_cache_that_is_wrong_for_several_tokens_at_once_is_fed_one_by_one() -> None:
    facts = batching_by_trial(tiny_module("mamba"), 400)
    assert (facts.caches, facts.caches_several, facts.pads_left, facts.shares_keys) == (True, False, False, False)


def test_a_cache_that_does_not_follow_its_rows_is_not_used() -> None:
    assert not batching_by_trial(tiny_module("recurrent_gemma"), 400).caches


def test_soft_caps_and_windows_share_prefixes_while_rows_fit_the_window() -> None:
    facts = batching_by_trial(tiny_module("gemma2", attn_logit_softcapping=0.05), 400)
    assert (facts.shares_keys, facts.window) == (True, WINDOW)


@pytest.mark.parametrize(
    ("architecture", "way"), [("gemma3_text", "padded"), ("llama4_text", "padded"), ("moshi", "whole")]
)
def test_rows_beyond_the_window_use_a_cache_only_if_it_keeps_what_the_layers_look_back_on(
    architecture: str, way: str
) -> None:
    """Moshi's cache has a window, its layers have none."""
    facts = batching_by_trial(tiny_module(architecture, sliding_window=4096, attention_chunk_size=4096), 400)
    assert (facts.window, facts.lane(8, 4096).decoder, facts.lane(8, 4097).decoder) == (4096, "shared", way)


def test_the_trial_of_a_window_leaves_it_as_it_was() -> None:
    module = tiny_module("gemma3_text", sliding_window=4096)
    batching_by_trial(module, 400)
    widths = {getattr(part, "sliding_window", None) for part in module.modules()} - {None}
    assert widths == {4096}
    assert module.config.sliding_window == 4096


def test_a_soft_cap_changes_what_the_model_says() -> None:
    """Otherwise the test above could pass without one."""
    row = torch.arange(3, 20)[None]
    capped, loose = (tiny_module("gemma2", attn_logit_softcapping=cap) for cap in (0.05, 50.0))
    assert float((capped(row).logits - loose(row).logits).abs().max()) > 0.05


def _without_cap(*arguments: Any, softcap: float | None = None, **extras: Any) -> Any:
    """Fused attention that takes a soft cap and forgets it."""
    return sdpa_attention_forward(*arguments, **extras)


@pytest.mark.parametrize("fused", ["sdpa", "without_cap"])
def test_fused_attention_that_refuses_or_leaves_out_the_soft_cap_is_given_up(fused: str) -> None:
    AttentionInterface.register("without_cap", _without_cap)
    AttentionMaskInterface.register("without_cap", sdpa_mask)
    module = tiny_module("gemma2", attn_logit_softcapping=0.05)
    module.config._attn_implementation = fused
    assert not settle_attention(module, 400)
    assert module.config._attn_implementation == "eager"


def test_fused_attention_that_agrees_is_kept() -> None:
    module = tiny_module("llama")
    assert settle_attention(module, 400)
    assert module.config._attn_implementation == "sdpa"


@pytest.mark.parametrize("architecture", ["bert", "camembert", "electra"])
def test_encoders_are_refused_by_name(architecture: str) -> None:
    with pytest.raises(RuntimeFault, match="not causal") as caught:
        batching_by_trial(tiny_module(architecture), 400)
    assert caught.value.code == "model_unsupported"


def test_an_encoder_that_was_configured_as_a_decoder_is_causal() -> None:
    assert batching_by_trial(tiny_module("bert", is_decoder=True), 400).pads_right


def test_weights_that_are_not_finite_are_refused() -> None:
    module = tiny_module("llama")
    cast(torch.nn.Embedding, module.get_input_embeddings()).weight.fill_(float("nan"))
    with pytest.raises(RuntimeFault, match="not finite"):
        batching_by_trial(module, 400)


def test_a_model_is_tried_once_whatever_its_handles(
    models: ModelRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_tiny(tmp_path, "llama")
    first = batching_of(load(models, folder))
    monkeypatch.setattr("grait_runtime.trials.model_trial.batching_by_trial", _never)
    assert batching_of(load(models, folder)) is first


def _never(*_: object) -> Callable[..., object]:
    raise AssertionError("tried again")
