"""A random model of Llama 3 8B's shape, made on the device: it costs what the real one does, and needs no files.

Its tokenizer has one token for each byte, and a chat template.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers import models as tokenizer_models
from transformers import AutoModelForCausalLM, LlamaConfig, PreTrainedModel, PreTrainedTokenizerFast

from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry

_TEMPLATE = (
    "{% for message in messages %}<|start|>{{ message['role'] }}\n{{ message['content'] }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|start|>assistant\n{% endif %}"
)
_SPECIAL = ("<|endoftext|>", "<|start|>", "<|end|>")


@dataclass(frozen=True)
class Shape:
    """The sizes of a Llama."""

    name: str
    hidden: int
    inner: int
    layers: int
    heads: int
    kv_heads: int
    vocabulary: int


LLAMA_8B = Shape("llama-3-8b", 4096, 14_336, 32, 32, 8, 128_256)
#: The same width: what is wrong for one layer of this width is wrong here.
TWO_LAYERS = Shape("llama-3-8b-2-layers", 4096, 14_336, 2, 32, 8, 128_256)
TINY = Shape("tiny", 64, 128, 2, 4, 2, 512)


def adopted(models: ModelRegistry, shape: Shape, dtype: torch.dtype, seed: int = 0) -> LoadedModel:
    """A model of this shape on the registry's device; the same arguments give the same weights on a kind of device."""
    module = random_llama(shape, models.device, dtype, seed)
    return models.adopt(module, byte_tokenizer(), f"random:{shape.name}-{dtype}-{seed}")


def random_llama(shape: Shape, device: torch.device, dtype: torch.dtype, seed: int) -> PreTrainedModel:
    """The module; weights are drawn on the device, wide enough for answers to differ."""
    tokenizer = byte_tokenizer()
    config = LlamaConfig(
        hidden_size=shape.hidden,
        intermediate_size=shape.inner,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.kv_heads,
        vocab_size=shape.vocabulary,
        max_position_embeddings=8192,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        initializer_range=shape.hidden**-0.5,
        tie_word_embeddings=False,
    )
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []), device:
        torch.manual_seed(seed)
        module: PreTrainedModel = AutoModelForCausalLM.from_config(config, dtype=dtype)
    return module


def byte_tokenizer() -> PreTrainedTokenizerFast:
    """One token a byte, three special ones, and a template in the manner of ChatML."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: index for index, token in enumerate([*_SPECIAL, *alphabet])}
    tokenizer = Tokenizer(tokenizer_models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    end, start, turn = _SPECIAL
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token=start, eos_token=turn, pad_token=end, model_max_length=8192
    )
    wrapped.chat_template = _TEMPLATE
    return wrapped
