"""Plans: what is computed together."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from grait_runtime.planning.batches import plan_batches, plan_hash
from grait_runtime.planning.limits import BatchLimits
from grait_runtime.planning.prefix_groups import prefix_groups
from grait_runtime.planning.prompt_batches import plan_prompts
from grait_runtime.planning.token_rows import TokenIds


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


def limits(**changes: int | bool) -> BatchLimits:
    return BatchLimits(**{"token_budget": 4096, "max_rows": 64, "window": 64, **changes})  # type: ignore[arg-type]


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


def test_batches_of_one_subject_come_one_after_the_other_with_one_prefix() -> None:
    """So the prefix of a subject is computed once, however the input is shuffled and however many batches it fills."""
    subjects = [index * 7 % 5 for index in range(200)]
    prompts: list[TokenIds | None] = [few_shot(subject, index % 40) for index, subject in enumerate(subjects)]
    plan = plan_prompts(prompts, limits(token_budget=1200, window=1000))
    order = [{subjects[index] for index in batch.items} for batch in plan]
    assert all(len(members) == 1 for members in order)
    runs = [subject for subject, _ in itertools.groupby(order)]
    assert len(runs) == 5 < len(plan)
    assert {batch.prefix for batch in plan} == {603}


def test_prompts_without_a_prefix_of_their_own_do_not_cost_the_others_theirs() -> None:
    lone: list[TokenIds | None] = [np.arange(9_000 + 40 * n, 9_030 + 40 * n, dtype=np.int32) for n in range(60)]
    shared: list[TokenIds | None] = [few_shot(0, index) for index in range(20)]
    plan = plan_prompts([*lone, *shared], limits(token_budget=100_000, window=100))
    assert [(sorted(batch.items), batch.prefix) for batch in plan] == [
        (list(range(60)), 0),
        (list(range(60, 80)), 603),
    ]


@pytest.mark.parametrize("seed", range(4))
def test_groups_cover_the_prompts_and_share_what_they_say(seed: int) -> None:
    generator = random.Random(seed)
    stems = [[generator.randrange(9) for _ in range(generator.choice([5, 40, 700]))] for _ in range(6)]
    tokens = {
        index: np.array(
            [*generator.choice(stems), *(generator.randrange(9) for _ in range(generator.randint(1, 30)))], np.int32
        )
        for index in range(150)
    }
    groups = prefix_groups(tokens)
    assert sorted(index for group, _ in groups for index in group) == list(range(150))
    for group, prefix in groups:
        assert len({tokens[index][:prefix].tobytes() for index in group}) == 1
        assert all(len(tokens[index]) > prefix for index in group)
    computed = sum(prefix + sum(len(tokens[index]) - prefix for index in group) for group, prefix in groups)
    apart = sum(map(len, tokens.values()))
    assert computed < apart / 2


def test_prefixes_nested_deeper_than_the_stack_are_planned() -> None:
    nested = {index: np.arange(index + 1, dtype=np.int32) for index in range(1200)}
    groups = prefix_groups(nested)
    assert sorted(index for group, _ in groups for index in group) == list(range(1200))
