# ruff: noqa: RUF001
"""Two tiny tokenizers that know the marks of every family: byte-level BPE, and one like SentencePiece."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, cast

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.templates.find_form import find_chat_form
from grait_runtime.templates.joining import adds_leading_space
from tests.tiny import SENTENCES

FAMILIES = Path(__file__).parent / "families"

#: Everything in the templates that looks like a mark, as their tokenizers have it.
_MARK = re.compile(r"<[|｜]?[A-Za-z_▁｜/:0-9]+[|｜]?>|\[/?[A-Z_]+\]|\[gMASK\]")
_PLAIN = {"</think>", "<think>", "<response>", "</response>", "<SYS>", "</SYS>"}


@cache
def marks() -> list[str]:
    found = {mark for file in sorted(FAMILIES.glob("*.jinja")) for mark in _MARK.findall(file.read_text())}
    return sorted(found - _PLAIN)


@cache
def byte_level() -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=400, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(SENTENCES * 4, trainer)
    return _fast(tokenizer)


@cache
def sentence_piece() -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>"))
    # No piece has a space within, so that none joins what stands before a space.
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    pieces = [f"<0x{byte:02X}>" for byte in range(256)]
    trainer = trainers.BpeTrainer(vocab_size=700, special_tokens=["<unk>", *pieces], show_progress=False)
    tokenizer.train_from_iterator(SENTENCES * 4, trainer)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    return _fast(tokenizer)


def _fast(tokenizer: Tokenizer) -> PreTrainedTokenizerFast:
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", pad_token="</s>")
    fast.add_special_tokens({"additional_special_tokens": marks()})
    fast.add_tokens(["<think>", "</think>"])
    return fast


def spoken_to(template: str | None, tokenizer: PreTrainedTokenizerFast, **options: str | float | bool) -> LoadedModel:
    """A model without weights whose tokenizer has this template: enough to encode text for it."""
    tokenizer.chat_template = template
    chat = find_chat_form(tokenizer, options, "path:model")
    return LoadedModel(
        handle="m",
        source="path:model",
        revision="",
        weights=cast(Any, None),
        tokenizer=tokenizer,
        context_length=8192,
        embedding_rows=len(tokenizer),
        chat=chat,
        stop_ids=frozenset({chat.end_of_turn_id}),
        base_adapter=None,
        adapter=None,
        adds_leading_space=adds_leading_space(tokenizer),
    )
