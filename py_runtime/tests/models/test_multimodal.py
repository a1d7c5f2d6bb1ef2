"""Models of text and pictures: the language model of the whole, and adapters and merged folders for the whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch
from peft import PeftModel
from transformers import AutoModelForMultimodalLM, PreTrainedModel

from grait_runtime.adapters.folder import ADAPTER_FILE
from grait_runtime.adapters.stored import read_tensors
from grait_runtime.contract import MergeAdapterRequest
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.merge_adapter import merge_adapter
from grait_runtime.operations.train_lora import train_lora
from grait_runtime.trials.model_trial import batching_of
from tests.architectures import write_tiny
from tests.contexts import RecordingContext
from tests.gradients.collected import Collected
from tests.lora_cases import (
    flattened,
    gradient_request,
    lora,
    plain_gradient,
    relative_error,
    samples,
    train_request,
)
from tests.model_table.trials import Subject, largest_options_error
from tests.multimodal import write_tiny_whole
from tests.on_device import logits_of
from tests.requests import load_request

IDS = torch.tensor([[1, 77, 23, 301, 5, 142, 9, 260]])
FAMILIES = ("gemma3", "qwen2_5_vl", "mistral3")


def whole_model(folder: Path | str) -> PreTrainedModel:
    module: PreTrainedModel = AutoModelForMultimodalLM.from_pretrained(folder, dtype=torch.float32).eval()
    return module


@torch.no_grad()
def logits(module: torch.nn.Module) -> torch.Tensor:
    return logits_of(module, IDS, use_cache=False)


@pytest.fixture(params=FAMILIES)
def subject(request: pytest.FixtureRequest, tmp_path: Path) -> Subject:
    return Subject(write_tiny_whole(tmp_path / "model", request.param), tmp_path)


def test_text_is_computed_as_by_the_whole_model_and_its_adapter_and_merged_folder_fit_it(subject: Subject) -> None:
    plain = whole_model(subject.folder)
    assert type(subject.loaded.module) is type(plain)
    assert subject.info.has_chat_template
    assert [check.message for check in subject.info.checks if check.verdict != "right"] == []
    assert largest_options_error(subject, plain) < 1e-4
    # Adapters have the whole model's names, and leave out what reads pictures.
    names = [name.partition(".lora_")[0] for name in read_tensors(subject.adapter / ADAPTER_FILE)]
    assert all(name.startswith("base_model.model.model.language_model.layers.") for name in names)
    assert {name.rpartition(".")[2] for name in names} >= {"q_proj", "o_proj", "down_proj"}
    item = samples(4)[3]
    found = Collected(subject.models, gradient_request(subject.loaded, subject.adapter, [item])).row(item.id)
    expected = flattened(plain_gradient(subject.loaded, subject.adapter, item)).double()
    assert relative_error(found, expected) < 1e-5
    # PEFT puts the adapter on the whole model.
    with subject.loaded.adapted(str(subject.adapter)) as module:
        adapted = logits(module)
    assert float((adapted - logits(plain)).abs().max()) > 1e-2
    wrapped = PeftModel.from_pretrained(plain, str(subject.adapter))
    torch.testing.assert_close(logits(wrapped), adapted, rtol=0, atol=1e-4)
    # Merged, it is a whole checkpoint.
    request = MergeAdapterRequest(
        model=subject.loaded.handle, adapter=str(subject.adapter), output=str(subject.work / "merged")
    )
    merged = whole_model(merge_adapter(subject.models, request, RecordingContext()).path)
    torch.testing.assert_close(logits(merged), adapted, rtol=0, atol=1e-4)
    before, after = whole_model(subject.folder).state_dict(), merged.state_dict()
    assert before.keys() == after.keys()
    seeing = [name for name in before if re.search(r"vision_tower|visual|projector", name)]
    assert seeing
    assert all(torch.equal(before[name], after[name]) for name in seeing)
    for name in ("preprocessor_config.json", "chat_template.json"):
        assert (subject.work / "merged" / name).read_bytes() == (subject.folder / name).read_bytes()


def test_a_name_that_vision_and_language_share_means_the_language_part(tmp_path: Path) -> None:
    subject = Subject(write_tiny_whole(tmp_path / "model", "gemma3"), tmp_path)
    request = train_request(subject.loaded, tmp_path / "own", samples(1), lora_settings=lora(targets=("q_proj",)))
    context = RecordingContext()
    train_lora(subject.models, request, context)
    assert all(".language_model." in name for name in read_tensors(tmp_path / "own" / ADAPTER_FILE))
    assert "Left out: model.vision_tower (reads pictures or sound, not text)" in str(context.warnings)


def test_a_language_model_saved_on_its_own_is_loaded_as_one(tmp_path: Path, models: ModelRegistry) -> None:
    folder = write_tiny(tmp_path / "model", "gemma3_text")
    assert models.load(load_request(f"path:{folder}")).architecture == "Gemma3ForCausalLM"


def test_a_model_that_writes_its_answers_apart_from_its_prompts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuntimeFault, match="gives 1 outputs for a row of"):
        Subject(write_tiny_whole(tmp_path / "model", "florence2"), tmp_path)


def test_positions_in_pictures_are_no_positions_in_text(tmp_path: Path) -> None:
    subject = Subject(write_tiny_whole(tmp_path / "model", "kimi_k25"), tmp_path)
    assert batching_of(subject.loaded).border is None


def test_a_part_that_needs_a_package_which_is_not_there_is_refused_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gemma 3n's eyes are made by timm."""
    folder = write_tiny_whole(tmp_path / "model", "gemma3")

    class NeedsTimm:
        @staticmethod
        def from_pretrained(*_: object, **__: object) -> None:
            raise ImportError("\nTimmWrapperModel requires the PIL library but it was not found in your environment.")

    monkeypatch.setattr("grait_runtime.models.loading.whole_class", lambda _: NeedsTimm)
    with pytest.raises(RuntimeFault, match="requires the PIL library") as caught:
        Subject(folder, tmp_path)
    assert "GRAIT_PYTHON" in str(caught.value.hint)


def test_a_model_that_reads_its_prompt_in_both_directions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuntimeFault, match="PaliGemmaForConditionalGeneration reads a prompt in both directions"):
        Subject(write_tiny_whole(tmp_path / "model", "paligemma"), tmp_path)
