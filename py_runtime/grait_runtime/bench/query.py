"""Baselines for asking questions: the usual ways to score options and to sample answers.

With --paced it measures one baseline for each line on stdin ("published", "simple", "suffixes", "generate"), so that
another process can take turns with it. --small OUT writes a small model with the real tokenizer instead.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import torch

from grait_runtime.bench.plain_query import generate_seconds, published_seconds, simple_seconds, suffix_seconds
from grait_runtime.bench.timing import report
from grait_runtime.contract import LoadModelRequest, Message, Prompt
from grait_runtime.encoding.text import encode_prompt
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.models.sources import resolve_model

#: Questions used for the slow baselines; their time is scaled to all questions by tokens.
_PUBLISHED, _SIMPLE, _GENERATED = 16, 48, 25


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m grait_runtime.bench query", description=__doc__)
    parser.add_argument("--source", default="embedded:smollm2-135m-instruct")
    parser.add_argument("--options", type=Path, help="JSON lines {id, prompt, options}")
    parser.add_argument("--prompts", type=Path, help="JSON lines {id, messages}")
    parser.add_argument("--threads", type=int, help="threads per computation; default: PyTorch's")
    parser.add_argument("--small", type=Path, metavar="OUT")
    parser.add_argument("--paced", action="store_true")
    arguments = parser.parse_args(argv)
    if arguments.small is not None:
        write_small_model(arguments.source, arguments.small)
        return
    if arguments.threads is not None:
        torch.set_num_threads(arguments.threads)
    models = ModelRegistry("auto")
    request = LoadModelRequest(
        source=arguments.source,
        dtype="float32",
        quantization="none",
        base_adapter=None,
        adapter=None,
        template_options={},
        verify=False,
    )
    loaded = models.get(models.load(request).model)
    scored, asked = _lines(arguments.options), _lines(arguments.prompts)
    report(what="ready", threads=torch.get_num_threads())
    for line in sys.stdin if arguments.paced else ("published", "simple", "suffixes", "generate"):
        report(what=line.strip(), seconds=_measured(loaded, line.strip(), scored, asked))


def _measured(loaded: LoadedModel, what: str, scored: list[dict[str, Any]], asked: list[dict[str, Any]]) -> float:
    prompts = [encode_prompt(loaded, _prompt(line)) for line in (asked if what == "generate" else scored)]
    count = {"published": _PUBLISHED, "simple": _SIMPLE, "generate": _GENERATED}.get(what, len(prompts))
    # Spread evenly over subjects and lengths.
    order = sorted(range(len(prompts)), key=lambda index: len(prompts[index]))
    some = [prompts[index] for index in order[:: max(1, len(order) // count)][:count]]
    scale = sum(map(len, prompts)) / sum(map(len, some))
    with torch.inference_mode():
        match what:
            case "published":
                return scale * published_seconds(loaded, some, [f" {letter}" for letter in "ABCD"])
            case "simple":
                return scale * simple_seconds(loaded, some)
            case "suffixes":
                return suffix_seconds(loaded, prompts)
            case "generate":
                return len(prompts) / len(some) * generate_seconds(loaded, some, samples=10, new_tokens=10)
    raise SystemExit(f"there is no baseline {what}")


def write_small_model(source: str, folder: Path) -> None:
    """Write two narrow layers of random weights with the tokenizer of `source`: leaves all costs but the model's."""
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    origin = resolve_model(source).folder
    config = AutoConfig.from_pretrained(origin)
    config.update({"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "head_dim": 16})
    config.update({"num_attention_heads": 4, "num_key_value_heads": 2})
    torch.manual_seed(0)
    AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(origin).save_pretrained(folder)


def _prompt(line: dict[str, Any]) -> Prompt:
    messages = [Message(**message) for message in line["messages"]] if "messages" in line else None
    return Prompt(id=line["id"], messages=messages, prompt=line.get("prompt"))


def _lines(path: Path | None) -> list[dict[str, Any]]:
    return [] if path is None else [json.loads(line) for line in path.read_text().splitlines() if line]
