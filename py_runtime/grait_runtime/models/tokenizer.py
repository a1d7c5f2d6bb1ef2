"""Reads a model's tokenizer, and the chat template that lies beside it."""

from __future__ import annotations

import json
from pathlib import Path

from sentencepiece import SentencePieceProcessor
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from grait_runtime.errors import RuntimeFault, first_line
from grait_runtime.models.adapter_beside import only_the_model
from grait_runtime.models.model_files import ModelFiles

#: The names of a SentencePiece vocabulary, which is read where there is no tokenizer.json.
_SENTENCEPIECE = ("tokenizer.model", "spiece.model", "sentencepiece.bpe.model")
#: Texts in which conversions of SentencePiece differ: blanks, lines, digits, accents, scripts, signs.
_SAMPLES = (
    "Question: What is the capital of France?",
    "Answer: Paris, 1789.",
    "two  blanks   between them ",
    "a line\nand another\n\n",
    "Übergröße, naïve café, Łódź, smørrebrød",
    "12345 67,8 9.01e-5",
    'def f(x):\n\treturn x**2  # "square"',
    "Москва, Αθήνα, القاهرة, दिल्ली",
    "東京は日本の首都です。서울",
    "\u2603 \U0001f600 \u2260 \ufb01",
)
#: Where models of text and pictures used to keep their template: transformers reads it for their processors only.
_OLDER_TEMPLATE = "chat_template.json"


def load_tokenizer(files: ModelFiles) -> PreTrainedTokenizerBase:
    """The tokenizer beside the weights; RuntimeFault model_unsupported if none can be loaded."""
    try:
        with only_the_model(files) as folder:
            tokenizer = AutoTokenizer.from_pretrained(
                folder, gguf_file=files.gguf_file, local_files_only=True, trust_remote_code=False
            )
    except Exception as error:
        raise RuntimeFault(
            "model_unsupported",
            f"the tokenizer in {files.folder} cannot be loaded: {first_line(error)}",
            hint=_way_to_tokenizer(files.folder),
        ) from error
    loaded: PreTrainedTokenizerBase = tokenizer
    vocabulary = None if files.gguf_file is not None else _sentencepiece_of(files.folder)
    if vocabulary is not None:
        _require_same_pieces(loaded, vocabulary)
    if loaded.chat_template is None and files.gguf_file is None:
        loaded.chat_template = _template_of_processor(files.folder)
    return loaded


def _template_of_processor(folder: Path) -> str | None:
    try:
        template = json.loads((folder / _OLDER_TEMPLATE).read_text())["chat_template"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return template if isinstance(template, str) else None


def _sentencepiece_of(folder: Path) -> Path | None:
    """The vocabulary that the tokenizer was converted from; None where tokenizer.json was read, or it is tiktoken's."""
    if (folder / "tokenizer.json").is_file():
        return None
    found = next((folder / name for name in _SENTENCEPIECE if (folder / name).is_file()), None)
    # tiktoken's files are lines of text: a token in base64, a blank, its number.
    return None if found is None or _is_text(found) else found


def _is_text(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(64)
    return all(byte in b"\n\r\t" or 32 <= byte < 127 for byte in start)


def _require_same_pieces(tokenizer: PreTrainedTokenizerBase, vocabulary: Path) -> None:
    """Compare the converted tokenizer with SentencePiece itself: the wrong class reads other pieces without a word."""
    processor = SentencePieceProcessor(model_file=str(vocabulary))
    for text in _SAMPLES:
        ids = processor.encode(text)
        right = [None if id == processor.unk_id() else processor.id_to_piece(id) for id in ids]
        read = tokenizer.convert_ids_to_tokens(tokenizer(text, add_special_tokens=False)["input_ids"])
        pieces = [None if piece == tokenizer.unk_token else piece for piece in read]
        if pieces != right:
            raise RuntimeFault(
                "model_unsupported",
                f"{vocabulary} is not read as SentencePiece reads it: {text!r} becomes {read[:12]}, and should become "
                f"{[processor.id_to_piece(id) for id in ids[:12]]}",
                hint="give tokenizer_config.json the model's own tokenizer_class, or add its tokenizer.json",
            )


def _way_to_tokenizer(folder: Path) -> str:
    vocabulary = next((name for name in _SENTENCEPIECE if (folder / name).is_file()), None)
    if vocabulary is None or (folder / "tokenizer.json").is_file():
        return "the folder needs tokenizer.json or the files of a slow tokenizer; code of its own is never run"
    return (
        f"its {vocabulary} could not be converted: where it can be read (a file of tiktoken's needs tiktoken), write "
        "tokenizer.json beside it with AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER)"
    )
