"""Tiny random models with a tiny tokenizer, made in a second: what the tests run on.

`python -m tests.tiny OUTDIR --architecture llama` from py_runtime writes one as a transformers folder. The same
arguments give the same bytes.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedTokenizerFast

CONTEXT_LENGTH = 512

ARCHITECTURES = ("llama", "gpt2", "qwen2", "gemma", "mistral")

CHAT_TEMPLATE = (
    "{% for message in messages %}<|start|>{{ message['role'] }}\n{{ message['content'] }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|start|>assistant\n{% endif %}"
)

SENTENCES = (
    "What is the capital of France? The capital of France is Paris.",
    "Which element has the symbol Fe? Iron has the symbol Fe.",
    "Question: In which country is Nairobi? Answer: Kenya",
    "I don't know the answer to this question, so I would rather not guess.",
    "Choose one option.\nA. red\nB. green\nC. blue\nD. none of these\nAnswer:",
    "You are a helpful assistant. Answer in one line.",
)

#: What each architecture calls its sizes; the rest is its own default.
_SHAPES: dict[str, dict[str, Any]] = {
    "llama": dict(hidden_size=48, intermediate_size=96, num_attention_heads=6, num_key_value_heads=2, head_dim=8),
    "qwen2": dict(hidden_size=32, intermediate_size=64, num_attention_heads=4, num_key_value_heads=2),
    "gemma": dict(hidden_size=32, intermediate_size=64, num_attention_heads=4, num_key_value_heads=1, head_dim=16),
    "mistral": dict(
        hidden_size=32, intermediate_size=64, num_attention_heads=4, num_key_value_heads=2, sliding_window=24
    ),
    "gpt2": dict(n_embd=32, n_head=4, n_layer=2, n_positions=CONTEXT_LENGTH),
}


def build_tiny_model(
    out_dir: str | Path,
    architecture: str = "llama",
    *,
    seed: int = 0,
    tied: bool = False,
    chat_template: bool = True,
    tokenizer: PreTrainedTokenizerFast | None = None,
) -> Path:
    """A two-layer causal model of random weights under `out_dir`; returns the folder.

    Weights are drawn wider than usual, so that its distributions are far from uniform and differ between prompts.
    """
    tokenizer = tokenizer or build_tiny_tokenizer(chat_template=chat_template)
    shape = _SHAPES[architecture]
    if architecture != "gpt2":
        shape = {**shape, "num_hidden_layers": 2, "max_position_embeddings": CONTEXT_LENGTH}
    config = AutoConfig.for_model(
        architecture,
        **shape,
        vocab_size=len(tokenizer),
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        tie_word_embeddings=tied,
        initializer_range=0.15,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = AutoModelForCausalLM.from_config(config)
    model.eval()
    model.save_pretrained(out_dir)
    tokenizer.save_pretrained(out_dir)
    return Path(out_dir)


def build_tiny_tokenizer(*, chat_template: bool = True) -> PreTrainedTokenizerFast:
    """Byte-level BPE of 400 tokens with a ChatML-like template; `<|end|>` ends a turn and is not the EOS."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["<|endoftext|>", "<|start|>", "<|end|>"],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(SENTENCES * 4, trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<|endoftext|>",
        eos_token="<|endoftext|>",
        pad_token="<|endoftext|>",
        additional_special_tokens=["<|start|>", "<|end|>"],
        model_max_length=CONTEXT_LENGTH,
    )
    if chat_template:
        fast.chat_template = CHAT_TEMPLATE
    return fast


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a tiny random model for tests.")
    parser.add_argument("out_dir")
    parser.add_argument("--architecture", choices=sorted(_SHAPES), default="llama")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tied", action="store_true")
    parser.add_argument("--no-chat-template", action="store_true")
    given = parser.parse_args()
    build_tiny_model(
        given.out_dir, given.architecture, seed=given.seed, tied=given.tied, chat_template=not given.no_chat_template
    )


if __name__ == "__main__":
    main()
