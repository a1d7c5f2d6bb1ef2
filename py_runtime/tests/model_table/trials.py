"""Every operation of one tiny model, each against plain transformers, PEFT and autograd.

A function returns the largest error: absolute for log-probabilities and logits (nats), relative for gradients and
trained weights. It raises RuntimeFault where the runtime refuses by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig, PreTrainedModel

from grait_runtime.adapters.folder import ADAPTER_FILE
from grait_runtime.adapters.lora_layers import lora_parameters
from grait_runtime.adapters.stored import read_tensors
from grait_runtime.contract import (
    GenerateItem,
    GenerateRow,
    MergeAdapterRequest,
    OptionsPrompt,
    Prompt,
    Sample,
    ScoreOptionsRequest,
    TrainLoraRequest,
)
from grait_runtime.decoding.sampling import draw_tokens, uniform
from grait_runtime.encoding.text import encode_prompt
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.loading import without_avx512_repacking
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.generate import generate
from grait_runtime.operations.load_model import load_model
from grait_runtime.operations.merge_adapter import merge_adapter
from grait_runtime.operations.score_options import score_options
from grait_runtime.operations.train_lora import train_lora
from grait_runtime.training.schedule import Schedule
from tests.contexts import RecordingContext
from tests.gradients.collected import Collected
from tests.lora_cases import (
    encoded,
    flattened,
    gradient_request,
    plain_gradient,
    plain_loss,
    relative_error,
    samples,
    train_request,
    trained_adapter,
)
from tests.on_device import DEVICE_NAME, logits_of
from tests.operations.scored import alone, scores
from tests.requests import generate_request, load_request, raw

SHOTS = "Choose one option.\nA. red\nB. green\nAnswer: A\n\n"
#: Short and long, with and without a common beginning, beyond a window of 24 tokens and within.
TEXTS = ("Which?", "What is the capital?", f"{SHOTS}Which?", f"{SHOTS}Which colour?", f"{SHOTS}{SHOTS}Which country?")
OPTIONS = (" A", " red or green", "I don't know")
#: A draw this close to the border between two tokens may fall on either side.
_NEAR = 1e-4
_TOKENS = 6
#: The largest relative errors of gradients and of trained weights in float32.
_GRADIENTS, _TRAINED = 1e-5, 1e-4


class Subject:
    """A tiny model in a folder, loaded by the runtime, with an adapter trained on it when one is needed."""

    def __init__(
        self, folder: Path, work: Path, *, quantization: str = "none", kind: Any = AutoModelForCausalLM
    ) -> None:
        self.folder = folder
        self.work = work
        #: transformers' automatic class that the reference is loaded with.
        self.kind = kind
        self.models = ModelRegistry(DEVICE_NAME)
        request = msgspec.structs.replace(load_request(f"path:{folder}"), quantization=quantization)
        self.info = load_model(self.models, request, RecordingContext())
        self.loaded: LoadedModel = self.models.get(self.info.model)
        self._adapter: Path | None = None

    @property
    def adapter(self) -> Path:
        if self._adapter is None:
            self._adapter = trained_adapter(self.models, self.loaded, self.work / "adapter")
        return self._adapter


def options_error(subject: Subject) -> float:
    """Scores of options against one plain pass over prompt and option."""
    return largest_options_error(subject, _plain(subject))


def nf4_error(subject: Subject) -> float:
    """Scores of options with base weights in 4 bits, against plain transformers with the same quantization."""
    quantized = Subject(subject.folder, subject.work / "nf4", quantization="nf4", kind=subject.kind)
    settings = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.float32)
    plain: PreTrainedModel = subject.kind.from_pretrained(
        subject.folder, dtype=torch.float32, quantization_config=settings, device_map={"": "cpu"}
    )
    return largest_options_error(quantized, without_avx512_repacking(plain))


def largest_options_error(subject: Subject, plain: PreTrainedModel) -> float:
    items = [OptionsPrompt(id=p.id, messages=None, prompt=p.prompt, options=list(OPTIONS)) for p in _prompts()]
    request = ScoreOptionsRequest(model=subject.loaded.handle, items=items, token_budget=None, completed=[], halvings=0)
    context = RecordingContext()
    score_options(subject.models, request, context)
    found = scores(context)
    errors: list[float] = []
    for item in items:
        expected = [alone(subject.loaded, item, option, plain) for option in OPTIONS]
        errors += np.abs(np.subtract(expected, found[item.id])).tolist()
    return max(errors)


def greedy_error(subject: Subject) -> float:
    """Greedy answers against whole plain passes."""
    return _answers_error(subject, temperature=0.0, samples=1)


def samples_error(subject: Subject) -> float:
    """Sampled answers against draws from whole plain passes with the same random numbers."""
    return _answers_error(subject, temperature=1.0, samples=3)


def features_error(subject: Subject) -> float:
    """Per-sample gradients, unprojected, against autograd on one sample at a time.

    Where float32 autograd is itself further from float64 than the limit, only what comes on top of that counts.
    """
    given = samples(4)
    found = Collected(subject.models, gradient_request(subject.loaded, subject.adapter, given))
    return max(_gradient_error(subject, found.row(item.id), item) for item in given)


def _gradient_error(subject: Subject, found: torch.Tensor, item: Sample) -> float:
    plain = flattened(plain_gradient(subject.loaded, subject.adapter, item)).double()
    error = relative_error(found, plain)
    if error <= _GRADIENTS:
        return error
    exact = flattened(plain_gradient(subject.loaded, subject.adapter, item, dtype=torch.float64))
    return max(0.0, relative_error(found, exact) - relative_error(plain, exact))


def training_error(subject: Subject) -> float:
    """Trained weights against torch.optim.AdamW on losses by their definition, one sample at a time.

    As for gradients: AdamW blows rounding up where a gradient is nearly zero.
    """
    given = samples(4)
    output = subject.work / "trained"
    request = train_request(
        subject.loaded, output, given, batch_size=2, epochs=1.0, warmup_ratio=0.0, max_grad_norm=0.0
    )
    train_lora(subject.models, request, RecordingContext())
    expected = _textbook(subject.loaded, request)
    stored = read_tensors(output / ADAPTER_FILE)
    if sorted(stored) != list(expected):
        raise AssertionError(f"the adapter holds {len(stored)} weights, not {len(expected)}")
    found, plain = flattened(stored).double(), flattened(expected).double()
    error = relative_error(found, plain)
    if error <= _TRAINED:
        return error
    exact = flattened(_textbook(subject.loaded, request, torch.float64))
    return max(0.0, relative_error(found, exact) - relative_error(plain, exact))


def merge_error(subject: Subject) -> float:
    """The merged folder, loaded by plain transformers, against the adapted model; and no trace left on the base."""
    row = encoded(subject.loaded, samples()[1]).input_ids
    bare = _logits(subject.loaded.module, row)
    with subject.loaded.adapted(str(subject.adapter)) as module:
        expected = _logits(module, row)
    request = MergeAdapterRequest(
        model=subject.loaded.handle, adapter=str(subject.adapter), output=str(subject.work / "merged")
    )
    path = merge_adapter(subject.models, request, RecordingContext()).path
    if not torch.equal(_logits(subject.loaded.module, row), bare):
        raise AssertionError("the adapter left a trace on the base")
    return float((_logits(subject.kind.from_pretrained(path).eval(), row) - expected).abs().max())


#: Each operation, and the largest error that counts as right.
OPERATIONS: dict[str, tuple[Callable[[Subject], float], float]] = {
    "options": (options_error, 1e-4),
    "greedy": (greedy_error, 1e-4),
    "samples": (samples_error, 1e-4),
    "features": (features_error, _GRADIENTS),
    "training": (training_error, _TRAINED),
    "merge": (merge_error, 1e-4),
    "nf4": (nf4_error, 1e-4),
}


def _prompts() -> list[Prompt]:
    return [raw(f"q{n}", text) for n, text in enumerate(TEXTS)]


def _plain(subject: Subject) -> PreTrainedModel:
    module: PreTrainedModel = subject.kind.from_pretrained(subject.folder).eval()
    return module


@torch.inference_mode()
def _logits(module: PreTrainedModel, row: Sequence[int]) -> torch.Tensor:
    logits = logits_of(module, [list(row)], use_cache=False)
    return logits[0].float()


def _answers_error(subject: Subject, *, temperature: float, samples: int) -> float:
    """The largest difference of an answer's summed log-probability; infinite if an answer is another one."""
    prompts = _prompts()
    request = generate_request(
        subject.loaded, prompts, samples=samples, temperature=temperature, max_tokens=_TOKENS, seed=3
    )
    context = RecordingContext()
    generate(subject.models, request, context)
    rows: dict[str, GenerateRow] = {}
    for item in context.items:
        assert isinstance(item, GenerateItem)
        assert not item.failures, item.failures
        rows |= {row.id: row for row in item.rows}
    plain = _plain(subject)
    errors = [0.0]
    for prompt in prompts:
        for sample in range(samples):
            tokens, logprob, sure = _drawn(subject.loaded, plain, prompt, temperature, sample)
            if not sure:
                continue
            text = subject.loaded.tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)
            same = text == rows[prompt.id].texts[sample]
            errors.append(abs(logprob - rows[prompt.id].logprobs[sample]) if same else float("inf"))
    return max(errors)


def _drawn(
    loaded: LoadedModel, plain: PreTrainedModel, prompt: Prompt, temperature: float, sample: int
) -> tuple[list[int], float, bool]:
    """Tokens, their summed log-probability, and whether no draw was within rounding of another token."""
    row = encode_prompt(loaded, prompt)
    start, logprob, sure = len(row), 0.0, True
    for step in range(_TOKENS):
        logits = _logits(plain, row)[-1:]
        point = uniform(prompt.id, 3, sample, step)
        [token], [own] = draw_tokens(logits, temperature, [point])
        near = [draw_tokens(logits, temperature, [min(max(point + by, 0.0), 1 - 1e-9)])[0] for by in (-_NEAR, _NEAR)]
        top = logits[0].topk(2).values
        sure = sure and (near == [[token]] * 2 if temperature > 0 else float(top[0] - top[1]) > _NEAR)
        logprob += own
        if token in loaded.stop_ids:
            break
        row.append(token)
    return row[start:], logprob, sure


def _textbook(
    loaded: LoadedModel, request: TrainLoraRequest, dtype: torch.dtype = torch.float32
) -> dict[str, torch.Tensor]:
    """What a plain loop trains: torch.optim.AdamW, mean cross-entropy of each sample, no batching."""
    schedule = Schedule(len(request.samples), request.train, request.seed)
    with loaded.freshly_adapted(request.lora, request.seed) as (module, _):
        torch.nn.Module.to(module, dtype)
        parameters = lora_parameters(module)
        optimizer = torch.optim.AdamW(parameters.values(), betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0)
        for step in range(schedule.steps):
            optimizer.zero_grad()
            chosen = [request.samples[index] for index in schedule.samples_of_step(step)]
            for item in chosen:
                (plain_loss(module, encoded(loaded, item)).to(dtype) / len(chosen)).backward()
            optimizer.param_groups[0]["lr"] = schedule.learning_rate(step)
            optimizer.step()
        return {name: parameter.detach().cpu().clone() for name, parameter in parameters.items()}


def refusal(error: RuntimeFault) -> str:
    """A refusal in one line, without the name of the folder."""
    return error.message.partition("\n")[0]
