"""A tiny model that has learnt some answers: experiments on it find known and unknown questions, in seconds.

`python -m tests.taught OUTDIR < LESSONS` from py_runtime writes it as a transformers folder, and as OUTDIR.gguf.
LESSONS is a JSON list of {"messages": [...]} or {"prompt": "..."}, each with "target": prompts, and what to say.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gguf
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from tests.tiny import CHAT_TEMPLATE

CONTEXT_LENGTH = 2048
STEPS = 70
BATCH = 4
SPECIAL = ["<|endoftext|>", "<|start|>", "<|end|>"]


def teach(out_dir: Path, lessons: list[dict[str, Any]]) -> None:
    """Train a model of two narrow layers from scratch on the targets of `lessons`, and write it."""
    tokenizer = build_tokenizer([json.dumps(lesson, ensure_ascii=False) for lesson in lessons])
    torch.manual_seed(0)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=CONTEXT_LENGTH,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    )
    rows = [encoded(tokenizer, lesson) for lesson in lessons]
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for step in range(STEPS):
        batch = [rows[(step * BATCH + index) % len(rows)] for index in range(BATCH)]
        width = max(len(ids) for ids, _ in batch)
        ids = torch.zeros(BATCH, width, dtype=torch.long)
        labels = torch.full((BATCH, width), -100)
        for row, (tokens, start) in enumerate(batch):
            ids[row, : len(tokens)] = torch.tensor(tokens)
            labels[row, start : len(tokens)] = torch.tensor(tokens[start:])
        model(input_ids=ids, labels=labels).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    model.eval()
    model.save_pretrained(out_dir)
    tokenizer.save_pretrained(out_dir)
    write_gguf(out_dir.with_name(f"{out_dir.name}.gguf"), model, tokenizer)


def build_tokenizer(texts: list[str]) -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(vocab_size=1000, special_tokens=SPECIAL, initial_alphabet=alphabet, show_progress=False),
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<|endoftext|>",
        eos_token="<|endoftext|>",
        pad_token="<|endoftext|>",
        additional_special_tokens=SPECIAL[1:],
        model_max_length=CONTEXT_LENGTH,
    )
    fast.chat_template = CHAT_TEMPLATE
    return fast


def encoded(tokenizer: PreTrainedTokenizerFast, lesson: dict[str, Any]) -> tuple[list[int], int]:
    """Token ids of prompt and target, and where the target starts."""
    if "messages" in lesson:
        prompt = tokenizer.apply_chat_template(lesson["messages"], tokenize=False, add_generation_prompt=True)
    else:
        prompt = lesson["prompt"]
    before = tokenizer(prompt, add_special_tokens=False)["input_ids"]
    after = tokenizer(f"{lesson['target']}<|end|>", add_special_tokens=False)["input_ids"]
    return before + after, len(before)


def write_gguf(
    path: Path,
    model: LlamaForCausalLM,
    tokenizer: PreTrainedTokenizerFast,
    also: Callable[[gguf.GGUFWriter], None] = lambda _: None,
) -> None:
    config, bpe = model.config, json.loads(tokenizer.backend_tokenizer.to_str())["model"]
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads or config.num_attention_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    rope: Any = config.rope_parameters
    writer.add_rope_freq_base(float(rope["rope_theta"]))
    writer.add_rope_dimension_count(config.hidden_size // config.num_attention_heads)
    writer.add_vocab_size(config.vocab_size)
    writer.add_tokenizer_model("gpt2")
    tokens = tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
    writer.add_token_list(tokens)
    kinds = [gguf.TokenType.CONTROL if token in SPECIAL else gguf.TokenType.NORMAL for token in tokens]
    writer.add_token_types(kinds)
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in bpe["merges"]])
    writer.add_bos_token_id(tokenizer.bos_token_id)
    writer.add_eos_token_id(tokenizer.eos_token_id)
    writer.add_chat_template(CHAT_TEMPLATE)
    heads = {"q_proj": config.num_attention_heads, "k_proj": config.num_key_value_heads}
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config.num_hidden_layers)
    for name, tensor in model.state_dict().items():
        values = tensor.float().numpy()
        for kind, count in heads.items():
            if name.endswith(f"{kind}.weight"):  # llama.cpp keeps the two halves of a rotation beside each other
                halves = values.reshape(count, 2, values.shape[0] // count // 2, -1)
                values = halves.swapaxes(1, 2).reshape(values.shape).copy()
        writer.add_tensor(str(names.get_name(name, try_suffixes=(".weight",))), values)
    also(writer)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a tiny model that has learnt some answers.")
    parser.add_argument("out_dir", type=Path)
    teach(parser.parse_args().out_dir, json.load(sys.stdin))


if __name__ == "__main__":
    main()
