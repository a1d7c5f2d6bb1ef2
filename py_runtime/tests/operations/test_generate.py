"""Generated answers: against transformers' own generate, against the distribution, and against themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from grait_runtime.contract import GenerateItem, GenerateRequest, GenerateRow, PlanResult, Prompt
from grait_runtime.decoding.cascade_decoder import CascadeDecoder
from grait_runtime.decoding.sampling import draw_tokens, uniform
from grait_runtime.encoding.stop_strings import StopStrings
from grait_runtime.encoding.text import encode_prompt
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.generate import generate
from grait_runtime.planning.limits import BatchLimits
from grait_runtime.trials.model_trial import batching_of
from tests.contexts import RecordingContext
from tests.on_device import logits_of
from tests.requests import chat, raw
from tests.requests import generate_request as request
from tests.small_memory import memory_for
from tests.tiny import ARCHITECTURES
from tests.written_adapter import write_adapter

Load = Callable[..., LoadedModel]
QUESTIONS = (
    "Which element has the symbol Fe?",
    "What is the capital of France?",
    "Which?",
    "In which country is Nairobi, and what is its capital, and which element has the symbol Fe?",
    "Choose one option.\nA. red\nB. green",
)


def few_shot(id: str, question: str) -> Prompt:
    return chat(id, "What is the capital of France?", "The capital of France is Paris.", "Which?", "Iron", question)


def prompts() -> list[Prompt]:
    shared = [few_shot(f"shared-{n}", question) for n, question in enumerate(QUESTIONS)]
    return [*shared, *(raw(f"raw-{n}", question) for n, question in enumerate(QUESTIONS))]


def run(models: ModelRegistry, asked: GenerateRequest) -> tuple[list[GenerateItem], PlanResult]:
    context = RecordingContext()
    plan = generate(models, asked, context)
    return [item for item in context.items if isinstance(item, GenerateItem)], plan


def rows(items: list[GenerateItem]) -> dict[str, GenerateRow]:
    return {row.id: row for item in items for row in item.rows}


def reference_tokens(loaded: LoadedModel, prompt: Prompt, max_tokens: int) -> list[int]:
    """Greedy tokens from transformers' generate, one prompt alone."""
    ids = torch.tensor([encode_prompt(loaded, prompt)], device=loaded.device)
    output = loaded.module.generate(  # type: ignore[operator]
        ids,
        attention_mask=torch.ones_like(ids),
        do_sample=False,
        max_new_tokens=max_tokens,
        eos_token_id=sorted(loaded.stop_ids),
        pad_token_id=0,
    )
    tokens: list[int] = output[0, ids.shape[1] :].tolist()
    return tokens


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("budget", [None, 120])
def test_greedy_answers_are_those_of_transformers(
    models: ModelRegistry, load: Load, architecture: str, budget: int | None
) -> None:
    loaded = load(architecture)
    found = rows(run(models, request(loaded, prompts(), max_tokens=24, token_budget=budget))[0])
    for prompt in prompts():
        tokens = reference_tokens(loaded, prompt, 24)
        assert found[prompt.id].tokens == [len(tokens)]
        assert found[prompt.id].texts == [loaded.tokenizer.decode(tokens, skip_special_tokens=True)]


def test_greedy_samples_are_all_alike(models: ModelRegistry, load: Load) -> None:
    loaded = load()
    one = rows(run(models, request(loaded, prompts()))[0])
    three = rows(run(models, request(loaded, prompts(), samples=3))[0])
    assert {id: row.texts * 3 for id, row in one.items()} == {id: row.texts for id, row in three.items()}


def test_log_probabilities_are_those_of_the_drawn_tokens(models: ModelRegistry, load: Load) -> None:
    loaded = load()
    for row in rows(run(models, request(loaded, prompts(), max_tokens=8))[0]).values():
        prompt = next(prompt for prompt in prompts() if prompt.id == row.id)
        ids = encode_prompt(loaded, prompt)
        tokens = reference_tokens(loaded, prompt, 8)
        with torch.inference_mode():
            logprobs = logits_of(loaded.module, [ids + tokens])[0].double().log_softmax(-1)
        expected = sum(float(logprobs[len(ids) + n - 1, token]) for n, token in enumerate(tokens))
        assert row.logprobs == pytest.approx([expected], abs=1e-4)


@pytest.mark.parametrize("architecture", ["llama", "mistral"])
def test_samples_do_not_depend_on_the_batch(models: ModelRegistry, load: Load, architecture: str) -> None:
    loaded = load(architecture)
    sampled: dict[str, Any] = {"samples": 6, "temperature": 1.0}
    together = rows(run(models, request(loaded, prompts(), **sampled))[0])
    for prompt in prompts():
        alone = rows(run(models, request(loaded, [prompt], **sampled))[0])[prompt.id]
        assert together[prompt.id].texts == alone.texts
        assert together[prompt.id].logprobs == pytest.approx(alone.logprobs, abs=1e-4)


def test_fewer_samples_are_the_first_of_more(models: ModelRegistry, load: Load) -> None:
    loaded = load()
    many = rows(run(models, request(loaded, prompts(), samples=8, temperature=1.0))[0])
    few = rows(run(models, request(loaded, prompts(), samples=3, temperature=1.0))[0])
    assert {id: row.texts[:3] for id, row in many.items()} == {id: row.texts for id, row in few.items()}


def test_samples_differ_between_seeds_ids_and_draws(models: ModelRegistry, load: Load) -> None:
    loaded = load()
    asked = [raw("a", QUESTIONS[0]), raw("b", QUESTIONS[0])]
    first = rows(run(models, request(loaded, asked, samples=4, temperature=1.0))[0])
    second = rows(run(models, request(loaded, asked, samples=4, temperature=1.0, seed=8))[0])
    texts = [*first["a"].texts, *first["b"].texts, *second["a"].texts]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("temperature", [1.0, 0.5])
def test_draws_follow_the_distribution(models: ModelRegistry, load: Load, temperature: float) -> None:
    """Chi-square of 4000 first tokens against softmax(logits / temperature), at one in a thousand."""
    loaded = load()
    prompt = raw("q", QUESTIONS[1])
    with torch.inference_mode():
        logits = logits_of(loaded.module, [encode_prompt(loaded, prompt)])[0, -1]
    probabilities = (logits.double() / temperature).softmax(-1)
    count = 4000
    uniforms = [uniform("q", 3, sample, 0) for sample in range(count)]
    drawn = Counter(draw_tokens(logits.expand(count, -1), temperature, uniforms)[0])
    expected = probabilities * count
    common = [token for token in range(len(expected)) if expected[token] >= 5]
    rare = count - sum(float(expected[token]) for token in common)
    statistic = sum((drawn[token] - float(expected[token])) ** 2 / float(expected[token]) for token in common)
    statistic += (count - sum(drawn[token] for token in common) - rare) ** 2 / rare
    freedom = len(common)
    # Wilson-Hilferty: the 99.9 % point of chi-square.
    assert statistic < freedom * (1 - 2 / (9 * freedom) + 3.09 * (2 / (9 * freedom)) ** 0.5) ** 3
    assert freedom > 10


def test_a_uniform_is_a_pure_function_in_the_unit_interval() -> None:
    draws = [uniform("q", 1, sample, step) for sample in range(50) for step in range(50)]
    assert all(0 <= draw < 1 for draw in draws)
    assert len(set(draws)) == len(draws)
    assert sum(draws) / len(draws) == pytest.approx(0.5, abs=0.02)
    assert uniform("q", 1, 0, 0) == draws[0]


def test_the_ends_of_the_unit_interval_draw_tokens_that_can_be_drawn() -> None:
    logits = torch.tensor([[float("-inf"), 0.0, 0.0, float("-inf")]] * 3)
    assert draw_tokens(logits, 1.0, [0.0, 0.5, 1 - 2**-53])[0] == [1, 2, 2]


def test_an_answer_ends_before_the_first_stop_string(models: ModelRegistry, load: Load) -> None:
    loaded = load()
    sampled: dict[str, Any] = {"samples": 8, "temperature": 1.0, "max_tokens": 40}
    free = rows(run(models, request(loaded, prompts(), **sampled))[0])
    stops = ["e", "\n", "is "]
    stopped = rows(run(models, request(loaded, prompts(), stop=stops, **sampled))[0])
    shorter = 0
    for id, row in free.items():
        for text, cut, tokens, length in zip(row.texts, stopped[id].texts, row.tokens, stopped[id].tokens, strict=True):
            places = [text.find(stop) for stop in stops if stop in text]
            assert cut == (text[: min(places)] if places else text)
            shorter += length < tokens
    assert shorter > 20


def test_a_character_of_several_tokens_is_one_stop(load: Load) -> None:
    loaded = load()
    tokens = loaded.tokenizer("Zürich 東京 x", add_special_tokens=False)["input_ids"]
    stops = StopStrings(loaded.tokenizer, ["東"])
    reached = [count for count in range(1, len(tokens) + 1) if stops.reached(tokens[:count])]
    before = len(loaded.tokenizer("Zürich 東", add_special_tokens=False)["input_ids"])
    assert reached[0] == before
    assert stops.text(tokens[:before]) == "Zürich "


def test_an_answer_ends_with_its_turn(models: ModelRegistry, load: Load) -> None:
    loaded = load()
    sampled: dict[str, Any] = {"samples": 40, "temperature": 1.5, "max_tokens": 30}
    found = rows(run(models, request(loaded, prompts()[:3], **sampled))[0])
    lengths = [length for row in found.values() for length in row.tokens]
    assert min(lengths) < 30
    assert max(lengths) == 30
    assert not any("<|end|>" in text for row in found.values() for text in row.texts)


def test_one_token_needs_no_second_pass(models: ModelRegistry, load: Load) -> None:
    loaded = load()
    found = rows(run(models, request(loaded, prompts(), max_tokens=1, samples=4, temperature=1.0))[0])
    assert all(row.tokens == [1] * 4 for row in found.values())


def test_what_does_not_fit_fails_by_id(models: ModelRegistry, load: Load) -> None:
    loaded = load()
    long = raw("long", "word " * 400)
    room = loaded.context_length - len(encode_prompt(loaded, raw("x", QUESTIONS[0])))
    asked = [long, raw("ok", QUESTIONS[0]), Prompt(id="none", messages=None, prompt=None)]
    items, _ = run(models, request(loaded, asked, max_tokens=12))
    assert {failure.id: failure.code for item in items for failure in item.failures} == {
        "long": "too_long",
        "none": "invalid_item",
    }
    assert list(rows(items)) == ["ok"]
    items, _ = run(models, request(loaded, [raw("ok", QUESTIONS[0])], max_tokens=room + 1))
    assert [failure.code for item in items for failure in item.failures] == ["too_long"]


@pytest.mark.parametrize("architecture", ["llama", "gpt2", "mistral"])
def test_an_answer_may_fill_the_context_to_the_last_token(models: ModelRegistry, load: Load, architecture: str) -> None:
    loaded = load(architecture)
    items = [raw("a", "7" * 500), raw("b", "7" * 490 + "Which?")]
    room = loaded.context_length - max(len(encode_prompt(loaded, item)) for item in items)
    found = rows(run(models, request(loaded, items, max_tokens=room, samples=2, temperature=1.0))[0])
    assert 0 < room < 40
    assert set(found) == {"a", "b"}


def test_weights_that_are_not_finite_fail_by_id(models: ModelRegistry, load: Load) -> None:
    loaded = load()
    assert batching_of(loaded).shares_keys
    word = encode_prompt(loaded, raw("x", "Z"))[0]
    embedding = loaded.module.get_input_embeddings()
    assert isinstance(embedding, torch.nn.Embedding)
    embedding.weight.data[word] = float("nan")
    items, _ = run(models, request(loaded, [raw("bad", "Z"), raw("good", "France")]))
    assert [(failure.id, failure.code) for item in items for failure in item.failures] == [("bad", "non_finite")]
    assert list(rows(items)) == ["good"]


def test_completed_groups_are_skipped_and_the_others_are_the_same(models: ModelRegistry, load: Load) -> None:
    loaded = load()
    settings: dict[str, Any] = {"samples": 5, "temperature": 1.0, "token_budget": 100}
    whole, plan = run(models, request(loaded, prompts(), **settings))
    rest, again = run(models, request(loaded, prompts(), completed=[1], **settings))
    assert plan == again
    assert plan.batches == len(whole) > 2
    assert rest == [item for item in whole if item.batch != 1]


def test_a_handle_with_an_adapter_answers_with_it(
    models: ModelRegistry, load: Load, tiny_dir: Callable[..., Path], tmp_path: Path
) -> None:
    adapter = write_adapter(tmp_path / "adapter", tiny_dir("llama"), 5)
    bare, adapted = load(), load(adapter=adapter)
    plain = rows(run(models, request(bare, prompts()))[0])
    tuned = rows(run(models, request(adapted, prompts()))[0])
    assert {id: row.texts for id, row in plain.items()} != {id: row.texts for id, row in tuned.items()}
    assert rows(run(models, request(bare, prompts()))[0]) == plain


@pytest.mark.parametrize(
    "changes", [{"samples": 0}, {"max_tokens": 0}, {"temperature": -1.0}, {"temperature": float("nan")}]
)
def test_settings_out_of_range_are_refused(models: ModelRegistry, load: Load, changes: dict[str, Any]) -> None:
    with pytest.raises(RuntimeFault) as caught:
        run(models, request(load(), prompts(), **changes))
    assert caught.value.code == "invalid_request"


def test_prefixes_are_shared_as_far_as_every_layer_looks_back(load: Load) -> None:
    found = {name: batching_of(load(name)) for name in ARCHITECTURES}
    assert all(batching.shares_keys for batching in found.values())
    assert {name: batching.window for name, batching in found.items()} == {
        "llama": None, "gpt2": None, "qwen2": None, "gemma": None, "mistral": 24
    }  # fmt: skip


@pytest.mark.parametrize("architecture", ["llama", "mistral"])
def test_out_of_memory_halves_the_budget_and_the_answers_stay(
    models: ModelRegistry, load: Load, architecture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load(architecture)
    sampled: dict[str, Any] = {"samples": 6, "temperature": 1.0, "token_budget": 4096}
    whole = rows(run(models, request(loaded, prompts(), **sampled))[0])
    longest = max(len(encode_prompt(loaded, prompt)) for prompt in prompts())
    monkeypatch.setattr(loaded.module, "forward", memory_for(loaded, longest + 3))
    context = RecordingContext()
    generate(models, request(loaded, prompts(), **sampled), context)
    items = [item for item in context.items if isinstance(item, GenerateItem)]
    assert {id: row.texts for id, row in rows(items).items()} == {id: row.texts for id, row in whole.items()}
    assert len(context.warnings) == 1
    assert items[-1].halvings > 0
    assert not any(item.failures for item in items)


def test_only_the_prompt_that_never_fits_is_lost(
    models: ModelRegistry, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load()
    huge = raw("huge", "a long question about nothing at all, " * 9)
    longest = max(len(encode_prompt(loaded, prompt)) for prompt in prompts())
    monkeypatch.setattr(loaded.module, "forward", memory_for(loaded, longest))
    items, _ = run(models, request(loaded, [huge, *prompts()], samples=3, temperature=1.0))
    assert [(failure.id, failure.code) for item in items for failure in item.failures] == [("huge", "out_of_memory")]
    assert set(rows(items)) == {prompt.id for prompt in prompts()}


@pytest.mark.parametrize("samples", [1, 7])
def test_a_group_refills_from_its_queue_and_draws_the_same(
    models: ModelRegistry, load: Load, samples: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few places, many questions: rows at work stay near the limit while there is a queue, and nothing else changes."""
    loaded = load()
    asked = [raw(f"q{n}", f"{QUESTIONS[n % 5]} {n}") for n in range(24)]
    settings: dict[str, Any] = {"samples": samples, "temperature": 1.0, "max_tokens": 20, "stop": ["e", "a"]}
    wide = rows(run(models, request(loaded, asked, **settings))[0])
    at_work: list[int] = []
    step = CascadeDecoder.step

    def counted(self: CascadeDecoder, tokens: torch.Tensor) -> torch.Tensor:
        at_work.append(len(tokens))
        return step(self, tokens)

    limits = BatchLimits(100_000, 8, 1000, samples=samples, new_tokens=20, queue=1000)
    monkeypatch.setattr(CascadeDecoder, "step", counted)
    monkeypatch.setattr("grait_runtime.operations.generate.answer_limits", lambda *_, **__: limits)
    narrow, plan = run(models, request(loaded, asked, **settings))
    assert plan.batches == 1
    assert max(at_work) <= 8
    assert {id: row.texts for id, row in rows(narrow).items()} == {id: row.texts for id, row in wide.items()}
    steps = sum(length - 1 for row in wide.values() for length in row.tokens)
    assert sum(at_work) == steps
    # Without refilling, a wave of 8 rows lasts as long as its longest answer.
    assert len(at_work) < 1.6 * steps / 8
    again, _ = run(models, request(loaded, asked, **settings))
    assert again == narrow


def test_greedy_answers_are_the_same_in_every_batch_shape_where_the_choice_is_clear(
    models: ModelRegistry, load: Load
) -> None:
    """Wherever the two likeliest tokens are further apart than 1e-4 at every step."""
    loaded = load()
    asked = [raw(f"q{n}", f"{QUESTIONS[n % 5]} {n * 37}") for n in range(40)]
    shapes = [rows(run(models, request(loaded, asked, max_tokens=16, token_budget=n))[0]) for n in (None, 700, 90, 1)]
    clear = 0
    for prompt in asked:
        ids = encode_prompt(loaded, prompt)
        tokens = reference_tokens(loaded, prompt, 16)
        with torch.inference_mode():
            logits = logits_of(loaded.module, [ids + tokens])[0, len(ids) - 1 : -1]
        best = logits.topk(2).values
        if float((best[:, 0] - best[:, 1]).min()) <= 1e-4:
            continue
        clear += 1
        text = loaded.tokenizer.decode([t for t in tokens if t not in loaded.stop_ids], skip_special_tokens=True)
        assert [shape[prompt.id].texts for shape in shapes] == [[text]] * 4
    assert clear >= 35
