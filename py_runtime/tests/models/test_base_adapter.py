"""A model that begins with an adapter is the model of base and adapter, for everything that comes after."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, PreTrainedModel

from grait_runtime.adapters.folder import CONFIG_FILE
from grait_runtime.contract import MergeAdapterRequest
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.load_model import load_model
from grait_runtime.operations.merge_adapter import merge_adapter
from tests.contexts import RecordingContext
from tests.lora_cases import trained_adapter
from tests.on_device import logits_of
from tests.requests import load_request
from tests.written_adapter import write_adapter

TinyDir = Callable[..., Path]
IDS = torch.tensor([[1, 77, 23, 301, 5, 142, 9, 260]])


@torch.no_grad()
def logits(module: torch.nn.Module) -> torch.Tensor:
    return logits_of(module, IDS, use_cache=False)


def with_peft(folder: Path | str, *adapters: Path | str) -> PreTrainedModel:
    """Plain transformers and PEFT, which merges one adapter after the other."""
    module: PreTrainedModel = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    for adapter in adapters:
        module = PeftModel.from_pretrained(module, str(adapter)).merge_and_unload()
    return module


@pytest.mark.parametrize(
    ("tied", "settings"),
    [(False, {}), (True, {"modules_to_save": ["lm_head"]}), (False, {"use_dora": True}), (False, {"bias": "all"})],
)
def test_base_and_adapter_are_one_model_and_training_goes_on_from_there(
    tmp_path: Path, tiny_dir: TinyDir, models: ModelRegistry, tied: bool, settings: dict[str, Any]
) -> None:
    folder = tiny_dir("qwen2", tied=tied)
    first = write_adapter(tmp_path / "first", folder, 1, ["q_proj", "down_proj"], task_type="CAUSAL_LM", **settings)
    loaded = models.get(models.load(load_request(f"path:{folder}", base_adapter=f"path:{first}")).model)
    expected = logits(with_peft(folder, first))
    assert float((logits(with_peft(folder)) - expected).abs().max()) > 0.1
    torch.testing.assert_close(logits(loaded.module), expected, rtol=0, atol=1e-4)
    # A new adapter is trained on top, taken off again, and merged into both.
    second = trained_adapter(models, loaded, tmp_path / "second")
    torch.testing.assert_close(logits(loaded.module), expected, rtol=0, atol=1e-4)
    request = MergeAdapterRequest(model=loaded.handle, adapter=str(second), output=str(tmp_path / "merged"))
    merged = with_peft(merge_adapter(models, request, RecordingContext()).path)
    torch.testing.assert_close(logits(merged), logits(with_peft(folder, first, second)), rtol=0, atol=1e-4)
    assert json.loads((second / CONFIG_FILE).read_text())["base_model_name_or_path"] is None


def test_the_adapter_is_part_of_the_revision_and_the_bare_base_stays(
    tmp_path: Path, tiny_dir: TinyDir, models: ModelRegistry
) -> None:
    folder = tiny_dir("llama")
    adapters = [write_adapter(tmp_path / str(seed), folder, seed) for seed in (1, 2)]
    bare = models.load(load_request(f"path:{folder}"))
    before = logits(models.get(bare.model).module)
    begun = [models.load(load_request(f"path:{folder}", base_adapter=f"path:{adapter}")) for adapter in adapters]
    assert len({bare.revision, *(result.revision for result in begun)}) == 3
    assert begun[0].revision == models.load(load_request(f"path:{folder}", base_adapter=f"path:{adapters[0]}")).revision
    assert torch.equal(logits(models.get(bare.model).module), before)
    on_top = models.load(load_request(f"path:{folder}", base_adapter=f"path:{adapters[0]}", adapter=adapters[1]))
    with models.get(on_top.model).for_inference() as module:
        torch.testing.assert_close(logits(module), logits(with_peft(folder, *adapters)), rtol=0, atol=1e-4)


def test_what_it_was_trained_on_and_its_own_template_are_said(
    tmp_path: Path, tiny_dir: TinyDir, models: ModelRegistry
) -> None:
    folder = tiny_dir("llama")
    adapter = Path(write_adapter(tmp_path / "adapter", folder, 1))
    request = load_request(f"path:{folder}", base_adapter=f"path:{adapter}")
    quiet = RecordingContext()
    [check, *_] = load_model(models, request, quiet).checks
    assert quiet.warnings == []
    assert f"with path:{adapter} merged in" in check.message
    config = json.loads((adapter / CONFIG_FILE).read_text())
    (adapter / CONFIG_FILE).write_text(json.dumps(config | {"base_model_name_or_path": "org/another-model"}))
    (adapter / "chat_template.jinja").write_text("{% for m in messages %}{{ m['content'] }}{% endfor %}")
    told = RecordingContext()
    load_model(models, request, told)
    assert "was trained on org/another-model" in told.warnings[0]
    assert "a chat template of its own" in told.warnings[1]


def test_an_adapter_that_cannot_be_right_is_refused_with_the_way_out(
    tmp_path: Path, tiny_dir: TinyDir, models: ModelRegistry
) -> None:
    folder = tiny_dir("llama")
    foreign = write_adapter(tmp_path / "foreign", tiny_dir("qwen2"), 1)
    own = write_adapter(tmp_path / "own", folder, 1)
    with pytest.raises(RuntimeFault, match=r"does not fit the model.*size mismatch"):
        models.load(load_request(f"path:{folder}", base_adapter=f"path:{foreign}"))
    with pytest.raises(RuntimeFault, match="is not an adapter source") as caught:
        models.load(load_request(f"path:{folder}", base_adapter=own))
    assert "path:DIR" in str(caught.value.hint)
    with pytest.raises(RuntimeFault, match=r"no adapter_config\.json"):
        models.load(load_request(f"path:{folder}", base_adapter=f"path:{folder}"))
    packed = load_request(f"path:{folder}", base_adapter=f"path:{own}")
    with pytest.raises(RuntimeFault, match="quantized") as caught:
        models.load(msgspec.structs.replace(packed, quantization="nf4"))
    assert "load the merged folder" in str(caught.value.hint)
