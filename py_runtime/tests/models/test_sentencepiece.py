"""A folder with a SentencePiece vocabulary alone is read as SentencePiece reads it, or refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sentencepiece import SentencePieceProcessor, SentencePieceTrainer

from grait_runtime.errors import RuntimeFault
from grait_runtime.models.registry import ModelRegistry
from tests.requests import load_request

TinyDir = Callable[[str], Path]
#: As Llama's vocabulary was made: no blank is lost, unknown characters become bytes.
AS_LLAMA = {"remove_extra_whitespaces": "false", "normalization_rule_name": "identity", "byte_fallback": "true"}


def with_vocabulary(folder: Path, tokenizer_class: str, **settings: object) -> Path:
    """Replace the folder's tokenizer by a vocabulary that SentencePiece learns here."""
    text = folder / "corpus.txt"
    text.write_text("the capital of france is paris\nwho wrote faust? goethe wrote it\nname 12 kings, then 345\n" * 40)
    flags = {"input": text, "model_prefix": folder / "tokenizer", "minloglevel": 2, "hard_vocab_limit": "false"}
    SentencePieceTrainer.train(" ".join(f"--{name}={value}" for name, value in (flags | settings).items()))
    for name in ("tokenizer.json", "tokenizer.vocab", "corpus.txt", "special_tokens_map.json"):
        (folder / name).unlink(missing_ok=True)
    config = {"tokenizer_class": tokenizer_class, "add_bos_token": True, "legacy": False}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    return folder


@pytest.fixture
def folder(tmp_path: Path, tiny_dir: TinyDir) -> Path:
    return Path(shutil.copytree(tiny_dir("llama"), tmp_path / "model"))


def test_a_vocabulary_of_llama_is_read_as_sentencepiece_reads_it(folder: Path, models: ModelRegistry) -> None:
    with_vocabulary(folder, "LlamaTokenizer", model_type="bpe", vocab_size=320, **AS_LLAMA)
    tokenizer = models.get(models.load(load_request(f"path:{folder}")).model).tokenizer
    processor = SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
    for text in ("who wrote faust?", "the  capital \nof 345 kings", "Ærø, 東京 ☃"):
        assert tokenizer(text, add_special_tokens=False)["input_ids"] == processor.encode(text)
    assert tokenizer("who")["input_ids"][0] == processor.bos_id()


@pytest.mark.parametrize(
    "settings",
    [
        {"model_type": "unigram", "vocab_size": 300, **AS_LLAMA},
        {"model_type": "bpe", "vocab_size": 320, **AS_LLAMA, "remove_extra_whitespaces": "true"},
    ],
    ids=["another algorithm than the class has", "blanks that SentencePiece leaves out"],
)
def test_a_conversion_that_reads_other_pieces_is_refused(
    folder: Path, models: ModelRegistry, settings: dict[str, object]
) -> None:
    with_vocabulary(folder, "LlamaTokenizer", **settings)
    with pytest.raises(RuntimeFault, match=r"tokenizer\.model is not read as SentencePiece reads it") as caught:
        models.load(load_request(f"path:{folder}"))
    assert caught.value.code == "model_unsupported"
