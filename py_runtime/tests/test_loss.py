"""The loss: target tokens only, weighted, the same however a step is cut."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch

from grait_runtime.encoding import EncodedSample
from grait_runtime.errors import RuntimeFault
from grait_runtime.loss import compute_precision, sample_losses, weighted_loss
from grait_runtime.models import LoadedModel
from grait_runtime.target_batch import target_batch
from tests.lora_cases import encoded, plain_loss, samples

CPU = torch.device("cpu")
Load = Callable[..., LoadedModel]


def test_a_weighted_batch_worked_by_hand() -> None:
    # Token losses: sample a (2 target tokens) ln 2 and ln 4; sample b (1 token) ln 8.
    # L_a = (ln 2 + ln 4) / 2 = 1.5 ln 2;  L_b = 3 ln 2;  with w = 1, 0.5: (1.5 + 1.5) ln 2 / 2 = 1.5 ln 2.
    batch = target_batch([EncodedSample("a", [1, 2, 3], 1, 1.0), EncodedSample("b", [4, 5], 1, 0.5)], CPU)
    token_losses = torch.tensor([math.log(2), math.log(4), math.log(8)])
    losses = batch.averaging @ token_losses
    assert losses.tolist() == pytest.approx([1.5 * math.log(2), 3 * math.log(2)])
    assert float(weighted_loss(losses, torch.tensor([1.0, 0.5]), 2)) == pytest.approx(1.5 * math.log(2))


def test_positions_are_those_before_each_target_token() -> None:
    batch = target_batch([EncodedSample("a", [10, 11, 12, 13], 2, 1.0), EncodedSample("b", [20, 21], 1, 1.0)], CPU)
    assert batch.input_ids.tolist() == [[10, 11, 12, 13], [20, 21, 0, 0]]
    assert batch.positions.tolist() == [1, 2, 4]
    assert batch.targets.tolist() == [12, 13, 21]
    assert batch.target_counts == [2, 1]


@pytest.mark.parametrize("architecture", ["llama", "gpt2", "qwen2", "gemma", "mistral"])
def test_every_samples_loss_is_the_definitions_whatever_it_is_padded_to(load: Load, architecture: str) -> None:
    loaded = load(architecture)
    items = [encoded(loaded, given) for given in samples()]
    with torch.no_grad():
        found = sample_losses(loaded.module, target_batch(items, CPU))
        expected = [float(plain_loss(loaded.module, item)) for item in items]
    assert found.tolist() == pytest.approx(expected, rel=1e-5)


def test_the_head_computes_target_positions_only_and_is_itself_again_afterwards(load: Load) -> None:
    loaded = load("llama")
    batch = target_batch([encoded(loaded, given) for given in samples()], CPU)
    seen: list[int] = []
    head = loaded.module.get_output_embeddings()
    assert head is not None
    handle = head.register_forward_hook(lambda layer, inputs, output: seen.append(output.shape[0]))
    with torch.no_grad():
        sample_losses(loaded.module, batch)
        handle.remove()
        whole = loaded.module(input_ids=batch.input_ids).logits
    assert seen == [len(batch.targets)]
    assert whole.shape[:2] == batch.input_ids.shape


def test_the_end_of_the_turn_counts(load: Load) -> None:
    loaded = load("llama")
    item = encoded(loaded, samples()[0])
    assert item.input_ids[-1] == loaded.end_of_turn_id
    assert target_batch([item], CPU).targets[-1] == loaded.end_of_turn_id


def test_float16_is_refused_for_gradients(load: Load) -> None:
    module = load("llama").module
    module.half()
    try:
        with pytest.raises(RuntimeFault, match="lose what is small"):
            compute_precision(module)
    finally:
        module.float()
