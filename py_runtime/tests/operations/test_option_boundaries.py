"""Where an option begins: three families of tokenizers, and what each does to spaces, merges and special tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, processors, trainers
from tokenizers import models as families
from transformers import PreTrainedTokenizerFast

from grait_runtime.contract import OptionsPrompt, ScoreOptionsRequest
from grait_runtime.encoding.text import encode_option, encode_prompt
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.score_options import score_options
from tests.contexts import RecordingContext
from tests.on_device import logits_of
from tests.operations.scored import scores
from tests.requests import load_request, raw
from tests.tiny import SENTENCES, build_tiny_model, build_tiny_tokenizer

OPTIONS = (" A", "A", " the capital of France", "Paris", "\n", " green", ": Paris", "I don't know")


@dataclass(frozen=True)
class Family:
    build: Callable[[], PreTrainedTokenizerFast]
    #: Special tokens that begin a prompt.
    begins: tuple[str, ...]


def byte_level() -> PreTrainedTokenizerFast:
    return build_tiny_tokenizer(chat_template=False)


def sentencepiece(prepend_scheme: str) -> PreTrainedTokenizerFast:
    """As Llama-2's and Gemma's: spaces are the piece ▁, a prompt begins with <s>; a space is put before any text."""
    tokenizer = Tokenizer(families.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=prepend_scheme, split=True)
    tokenizer.decoder = decoders.Metaspace(prepend_scheme=prepend_scheme)
    alphabet = sorted({character for text in SENTENCES for character in text})
    trainer = trainers.UnigramTrainer(
        vocab_size=300,
        special_tokens=["<unk>", "<s>", "</s>"],
        unk_token="<unk>",
        initial_alphabet=alphabet,
        show_progress=False,
    )
    tokenizer.train_from_iterator(SENTENCES * 8, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>", pad_token="</s>"
    )


def wordpiece() -> PreTrainedTokenizerFast:
    """As BERT's: spaces are not kept, words split at punctuation, a text stands between [CLS] and [SEP]."""
    tokenizer = Tokenizer(families.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    tokenizer.train_from_iterator(
        SENTENCES * 8, trainers.WordPieceTrainer(vocab_size=300, special_tokens=special, show_progress=False)
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
        eos_token="[SEP]", pad_token="[PAD]",
    )  # fmt: skip


FAMILIES = {
    "byte-level BPE": Family(byte_level, ()),
    "Unigram, always a space": Family(lambda: sentencepiece("always"), ("<s>",)),
    "Unigram, a space first": Family(lambda: sentencepiece("first"), ("<s>",)),
    "Unigram, no space": Family(lambda: sentencepiece("never"), ("<s>",)),
    "WordPiece": Family(wordpiece, ("[CLS]",)),
}


@pytest.fixture(params=FAMILIES)
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def loaded(family: str, models: ModelRegistry, tmp_path: Path) -> LoadedModel:
    folder = build_tiny_model(tmp_path / "model", tokenizer=FAMILIES[family].build())
    return models.get(models.load(load_request(f"path:{folder}")).model)


def pieces(loaded: LoadedModel, ids: list[int]) -> list[str]:
    return [str(token) for token in loaded.tokenizer.convert_ids_to_tokens(ids)]


def test_a_prompt_begins_with_its_special_token_and_ends_open(family: str, loaded: LoadedModel) -> None:
    tokens = pieces(loaded, encode_prompt(loaded, raw("q", "Answer:")))
    begins = FAMILIES[family].begins
    assert tuple(tokens[: len(begins)]) == begins
    special = set(loaded.tokenizer.all_special_tokens)
    assert not special & set(tokens[len(begins) :])


@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_is_its_text_and_nothing_else(family: str, loaded: LoadedModel, option: str) -> None:
    """Decoded behind a prompt it reads as it is written; a WordPiece decoder spaces words its own way."""
    prompt = encode_prompt(loaded, raw("q", "Question: In which country is Nairobi? Answer:"))
    ids = encode_option(loaded, option)
    assert not {"<s>", "</s>", "[CLS]", "[SEP]"} & set(pieces(loaded, ids))
    if family == "WordPiece":
        own = "".join(pieces(loaded, ids)).replace("##", "")
        assert own == "".join(option.split())
        return
    before, whole = (str(loaded.tokenizer.decode(all, skip_special_tokens=True)) for all in (prompt, prompt + ids))
    assert whole == before + option


def test_a_leading_space_makes_another_option_where_the_tokenizer_keeps_spaces(
    family: str, loaded: LoadedModel
) -> None:
    with_space, without = encode_option(loaded, " Paris"), encode_option(loaded, "Paris")
    assert (with_space == without) == (family == "WordPiece")


def test_a_merge_across_the_boundary_is_not_made(loaded: LoadedModel) -> None:
    """The prompt's tokens stay the prompt's, also where the joined text would have a token across the boundary."""
    prompt = encode_prompt(loaded, raw("q", "What is the capital of Fr"))
    joined = encode_prompt(loaded, raw("q", "What is the capital of France"))
    ids = encode_option(loaded, "ance")
    assert joined[: len(prompt)] != prompt
    assert ids
    assert joined != prompt + ids


def test_scores_are_those_of_prompt_and_option_alone(loaded: LoadedModel, models: ModelRegistry) -> None:
    shots = "Choose one option.\nA. red\nB. green\nAnswer: A\n\n" * 3
    questions = ("Which element has the symbol Fe?", "What is the capital of France?", "Which?")
    options = [option for option in OPTIONS if encode_option(loaded, option)]
    asked = [
        OptionsPrompt(id=question, messages=None, prompt=f"{shots}{question}\nAnswer:", options=options)
        for question in questions
    ]
    context = RecordingContext()
    request = ScoreOptionsRequest(model=loaded.handle, items=asked, token_budget=None, completed=[], halvings=0)
    score_options(models, request, context)
    found = scores(context)
    for item in asked:
        prompt = encode_prompt(loaded, item)
        expected = []
        for option in options:
            ids = encode_option(loaded, option)
            with torch.inference_mode():
                logprobs = logits_of(loaded.module, [prompt + ids])[0].double().log_softmax(-1)
            expected.append(sum(float(logprobs[len(prompt) + n - 1, token]) for n, token in enumerate(ids)))
        np.testing.assert_allclose(found[item.id], expected, atol=1e-4)
