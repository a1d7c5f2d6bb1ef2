"""Plans: what is computed together."""

from __future__ import annotations

import random

import numpy as np
import pytest

from grait_runtime.planning import plan_batches, plan_hash
from grait_runtime.prompt_plan import PromptLimits, plan_prompts
from grait_runtime.token_rows import TokenIds


def random_lengths(count: int, seed: int) -> list[int]:
    generator = random.Random(seed)
    return [generator.randint(1, 90) for _ in range(count)]


@pytest.mark.parametrize("seed", range(5))
def test_every_item_is_planned_once_within_budget_rows_and_window(seed: int) -> None:
    lengths = random_lengths(137, seed)
    batches = plan_batches(lengths, token_budget=400, max_rows=9, window=40)
    assert sorted(index for batch in batches for index in batch) == list(range(137))
    for batch in batches:
        assert len(batch) <= 9
        assert len(batch) * max(lengths[index] for index in batch) <= 400
        assert len({index // 40 for index in batch}) == 1


def test_windows_come_one_after_the_other() -> None:
    batches = plan_batches(random_lengths(100, 1), token_budget=200, max_rows=8, window=16)
    windows = [batch[0] // 16 for batch in batches]
    assert windows == sorted(windows)


def test_an_item_over_the_budget_is_a_batch_of_its_own() -> None:
    assert plan_batches([5, 1000, 6], token_budget=100, max_rows=8, window=8) == [[0, 2], [1]]


def test_equal_lengths_keep_input_order() -> None:
    assert plan_batches([4, 3, 4, 3], token_budget=100, max_rows=3, window=8) == [[1, 3, 0], [2]]


def test_nothing_gives_no_batches() -> None:
    assert plan_batches([], token_budget=1, max_rows=1, window=1) == []


def test_the_hash_tells_plans_and_settings_apart() -> None:
    hashes = {plan_hash([[0, 1]]), plan_hash([[0], [1]]), plan_hash([[0, 1]], "a", "b"), plan_hash([[0, 1]], "ab")}
    assert len(hashes) == 4
    assert plan_hash([[0, 1]], "a") == plan_hash([[0, 1]], "a")


def few_shot(subject: int, question: int) -> TokenIds:
    """600 tokens of a subject's shots, then the question's own."""
    shots = np.full(600, 1000 + subject)
    return np.concatenate([[1, 2, 3], shots, np.arange(20 + question) + 10_000 * question]).astype(np.int32)


def limits(**changes: int | bool) -> PromptLimits:
    return PromptLimits(**{"token_budget": 4096, "max_rows": 64, "window": 64, **changes})  # type: ignore[arg-type]


def test_prompts_of_one_subject_are_computed_together() -> None:
    subjects = [index % 3 for index in range(30)]
    prompts: list[TokenIds | None] = [few_shot(subject, index) for index, subject in enumerate(subjects)]
    batches = plan_prompts(prompts, limits())
    assert [{subjects[index] for index in batch.items} for batch in batches] == [{0}, {1}, {2}]


def test_short_prompts_are_not_split_for_a_short_prefix() -> None:
    prompts: list[TokenIds | None] = [np.array([1, 2, 3, 50 + n % 4, 60 + n], dtype=np.int32) for n in range(40)]
    assert len(plan_prompts(prompts, limits())) == 1


def test_the_budget_counts_the_prefix_once_and_the_new_tokens_of_every_sample() -> None:
    prompts: list[TokenIds | None] = [few_shot(0, index) for index in range(20)]
    for batch in plan_prompts(prompts, limits(token_budget=2000, samples=5, new_tokens=10)):
        assert batch.prefix == 603
        longest = max(20 + index for index in batch.items)
        assert 603 + len(batch.items) * (longest + 50) <= 2000
    assert len(plan_prompts(prompts, limits(token_budget=2000, samples=5, new_tokens=10))) == 2


def test_failed_items_ride_with_their_window() -> None:
    prompts: list[TokenIds | None] = [None, few_shot(0, 1), None, few_shot(0, 2), None]
    assert [batch.items for batch in plan_prompts(prompts, limits(window=4))] == [[0, 2, 1, 3], [4]]


def test_rows_are_prompts_times_samples() -> None:
    prompts: list[TokenIds | None] = [few_shot(0, index) for index in range(12)]
    batches = plan_prompts(prompts, limits(max_rows=40, samples=10, new_tokens=1))
    assert [len(batch.items) for batch in batches] == [4, 4, 4]
