"""Folders as people have them: read, or refused by the name of the file and with the way out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

from grait_runtime.errors import RuntimeFault
from grait_runtime.models.context_length import context_length
from grait_runtime.models.registry import ModelRegistry
from tests.requests import load_request
from tests.taught import write_gguf
from tests.tiny import build_tiny_tokenizer

TinyDir = Callable[..., Path]
Damage = Callable[[Path], object]

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 4\n"


def configured(**also: Any) -> Damage:
    def write(folder: Path) -> None:
        file = folder / "config.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | also))

    return write


def cut(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])


def cut_older(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    weights = folder / "pytorch_model.bin"
    torch.save({"a": torch.zeros(1000)}, weights)
    weights.write_bytes(weights.read_bytes()[:-100])


def without_older_shard(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin.index.json").write_text('{"weight_map": {"a": "pytorch_model-2.bin"}}')


def stored(change: Callable[[str, torch.Tensor], torch.Tensor]) -> Damage:
    def write(folder: Path) -> None:
        weights = load_file(folder / "model.safetensors")
        changed = {name: change(name, weight).contiguous() for name, weight in weights.items()}
        save_file(changed, folder / "model.safetensors", metadata={"format": "pt"})

    return write


def with_scales(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    weights["model.layers.0.mlp.down_proj.weight_scale"] = torch.ones(1)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def only_sentencepiece(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer.model").write_bytes(b"\x0a\x0e\x0a\x05<unk>")
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "LlamaTokenizer"}')


@pytest.mark.parametrize(
    ("damage", "said", "way_out"),
    [
        (cut, r"model\.safetensors is cut off", "anew"),
        (cut_older, r"pytorch_model\.bin is cut off", "anew"),
        (without_older_shard, r"pytorch_model-2\.bin is missing", "pytorch_model.bin.index.json"),
        (lambda f: (f / "model.safetensors").write_text(POINTER), r"model\.safetensors is a pointer", "git lfs pull"),
        (lambda f: (f / "tokenizer.json").write_text(POINTER), r"tokenizer\.json is a pointer", "git lfs pull"),
        (lambda f: (f / "model.safetensors").write_text("<html>Not found</html>"), "cut off|no safetensors", "anew"),
        (lambda f: (f / "model.safetensors").write_bytes(b""), "cut off|no safetensors", "anew"),
        (lambda f: (f / "config.json").write_text("{"), r"config\.json is no JSON", "anew"),
        (
            lambda f: (f / "model.safetensors.index.json").write_text('{"weight_map": {"a": "model-2.safetensors"}}'),
            "model-2.safetensors is missing",
            "index",
        ),
        (configured(quantization_config={"quant_method": "gptq", "bits": 4}), r"\(gptq", "original weights"),
        (configured(quantization_config={"quant_method": "awq"}), r"\(awq", "original weights"),
        (configured(quantization_config={"quant_method": "compressed-tensors"}), r"\(compressed", "original weights"),
        (configured(text_config={"quantization_config": {"quant_method": "fp8"}}), r"\(fp8", "original weights"),
        (
            configured(model_type="own", auto_map={"AutoModelForCausalLM": "modeling_own.Own"}),
            "code of its own",
            "transformers' own",
        ),
        (
            stored(lambda name, weight: (weight * 10).to(torch.int8) if "down_proj" in name else weight),
            r"down_proj\.weight in .* is stored as whole numbers \(I8\)",
            "original weights",
        ),
        (stored(lambda name, weight: weight[:, :48] if "down_proj" in name else weight), "has the shape", "incomplete"),
        (with_scales, r"config\.json does not say how: .*scale", "original weights"),
        (only_sentencepiece, "tokenizer in", "tokenizer.model could not be converted"),
    ],
)
def test_what_cannot_be_used_is_named(
    tmp_path: Path, tiny_dir: TinyDir, models: ModelRegistry, damage: Damage, said: str, way_out: str
) -> None:
    folder = Path(shutil.copytree(tiny_dir("llama"), tmp_path / "model"))
    damage(folder)
    with pytest.raises(RuntimeFault, match=said) as caught:
        models.load(load_request(f"path:{folder}"))
    assert caught.value.code == "model_unsupported"
    assert way_out in str(caught.value.hint)


@pytest.mark.parametrize(
    ("config", "tokenizer_says", "expected"),
    [
        (dict(seq_length=2048), 10**30, 2048),
        (dict(max_seq_len=4096), 10**30, 4096),
        (dict(context_length=1024), 10**30, 1024),
        (dict(max_position_embeddings=8192, seq_length=2048), 10**30, 8192),
        (dict(max_position_embeddings=8192), 4096, 4096),
        ({}, 2048, 2048),
    ],
)
def test_a_context_length_is_found_under_each_name(config: dict[str, int], tokenizer_says: int, expected: int) -> None:
    text = SimpleNamespace(**config)
    base = SimpleNamespace(config=SimpleNamespace(get_text_config=lambda: text))
    assert context_length(base, SimpleNamespace(model_max_length=tokenizer_says), "path:x") == expected


def test_a_model_that_says_no_length_is_refused_with_the_key_to_set() -> None:
    base = SimpleNamespace(config=SimpleNamespace(get_text_config=SimpleNamespace))
    with pytest.raises(RuntimeFault, match="how many tokens") as caught:
        context_length(base, SimpleNamespace(model_max_length=10**30), "path:x")
    assert "model_max_length in its tokenizer_config.json" in str(caught.value.hint)


def test_a_gguf_file_is_read_alone_whatever_lies_beside_it(tmp_path: Path, models: ModelRegistry) -> None:
    sizes: dict[str, Any] = dict(hidden_size=48, intermediate_size=96, num_attention_heads=3, num_key_value_heads=1)
    model = LlamaForCausalLM(LlamaConfig(**sizes, num_hidden_layers=1, vocab_size=400, max_position_embeddings=512))
    own = build_tiny_tokenizer()
    write_gguf(tmp_path / "model.gguf", model, own)
    other = build_tiny_tokenizer(chat_template=False)
    other.eos_token = other.bos_token = None
    other.save_pretrained(tmp_path)
    assert AutoTokenizer.from_pretrained(tmp_path).eos_token is None
    loaded = models.get(models.load(load_request(f"gguf:{tmp_path / 'model.gguf'}")).model)
    assert loaded.tokenizer.eos_token_id == own.eos_token_id
    assert loaded.end_of_turn == "<|end|>"
