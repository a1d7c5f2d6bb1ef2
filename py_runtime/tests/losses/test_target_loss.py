"""The loss: target tokens only, weighted, the same however a step is cut."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch

from grait_runtime.encoding.text import EncodedSample
from grait_runtime.losses.target_batch import shared_prefix, target_batch
from grait_runtime.losses.target_loss import can_share_prefix, sample_losses, weighted_loss
from grait_runtime.models.loaded_model import LoadedModel
from tests.lora_cases import TEXTS, encoded, plain_loss, relative_error, sample, samples

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
        found = sample_losses(loaded.module, target_batch(items, loaded.device))
        expected = [float(plain_loss(loaded.module, item)) for item in items]
    assert found.tolist() == pytest.approx(expected, rel=1e-5)


def test_the_head_computes_target_positions_only_and_is_itself_again_afterwards(load: Load) -> None:
    loaded = load("llama")
    batch = target_batch([encoded(loaded, given) for given in samples()], loaded.device)
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


def test_a_shared_prefix_ends_before_the_token_that_predicts_a_target() -> None:
    long = EncodedSample("a", [1, 2, 3, 4, 5, 6], 4, 1.0)
    assert shared_prefix([long, EncodedSample("b", [1, 2, 9, 4, 5], 4, 1.0)]) == 2
    assert shared_prefix([long, EncodedSample("c", [1, 2, 3, 4, 5, 7], 4, 1.0)]) == 3
    assert shared_prefix([long, EncodedSample("d", [1, 2, 3], 2, 1.0)]) == 1
    assert shared_prefix([long, EncodedSample("e", [7, 2, 3], 2, 1.0)]) == 0
    batch = target_batch([long, EncodedSample("b", [1, 2, 9, 4, 5], 4, 1.0)], CPU, prefix=2)
    assert batch.prefix.tolist() == [1, 2]
    assert batch.input_ids.tolist() == [[3, 4, 5, 6], [9, 4, 5, 0]]
    assert batch.positions.tolist() == [1, 2, 5]


@pytest.mark.parametrize("architecture", ["llama", "gpt2", "qwen2", "gemma", "mistral"])
def test_a_prefix_computed_once_gives_the_losses_and_gradients_of_whole_rows(load: Load, architecture: str) -> None:
    """The prefix is longer than mistral's sliding window of 24."""
    loaded = load(architecture)
    opening = "You are a helpful assistant. Choose one option, and answer in one line. " * 2
    given = [sample(str(n), f"{opening}{question}", answer) for n, (question, answer) in enumerate(TEXTS)]
    items = [encoded(loaded, item) for item in given]
    prefix = shared_prefix(items)
    assert prefix > 30
    weights = [value for name, value in loaded.module.named_parameters() if "attn" in name and value.dim() == 2]
    for value in weights:
        value.requires_grad_()
    losses, gradients = [], []
    for length in (0, prefix):
        found = sample_losses(loaded.module, target_batch(items, loaded.device, length))
        losses.append(found.tolist())
        gradients.append(torch.autograd.grad(found.sum(), weights))
    for value in weights:
        value.requires_grad_(False)
    assert losses[1] == pytest.approx(losses[0], rel=1e-5)
    assert max(relative_error(shared, whole) for whole, shared in zip(*gradients, strict=True)) <= 1e-4
    assert can_share_prefix(loaded.module, items, loaded.device)


def test_an_architecture_whose_cache_does_not_give_the_same_losses_shares_no_prefix(load: Load) -> None:
    loaded = load("llama")
    items = [encoded(loaded, item) for item in samples(2)]

    class Forgetful(torch.nn.Module):
        """Its forward drops the cache, as a model without keys and values would."""

        dtype, device, config = loaded.module.dtype, loaded.module.device, loaded.module.config

        def get_output_embeddings(self) -> object:
            return loaded.module.get_output_embeddings()

        def forward(self, input_ids: torch.Tensor, **options: object) -> object:
            return loaded.module(input_ids=input_ids)

    assert shared_prefix(items) > 0
    assert not can_share_prefix(Forgetful(), items, CPU)  # type: ignore[arg-type]
