"""Checkpoints with experts in mxfp4, as gpt-oss is published: unpacked when loaded, merged as whole weights."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, PreTrainedModel

from grait_runtime.errors import RuntimeFault
from tests.architectures import write_tiny
from tests.model_table.trials import Subject, features_error, largest_options_error, merge_error

#: The numbers of four bits (OCP Microscaling Formats, E2M1), in the order of their codes.
_HALF = torch.tensor([0, 0.5, 1, 1.5, 2, 3, 4, 6])
_NUMBERS = torch.cat([_HALF, -_HALF])
_BLOCK = 32


def packed(weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Experts [E, in, out] as codes, exponents and the numbers they stand for: blocks of 32 inputs share a scale."""
    blocks = weight.transpose(1, 2).unflatten(-1, (-1, _BLOCK))
    exponents = torch.ceil(torch.log2(blocks.abs().amax(-1) / 6))
    scales = torch.exp2(exponents)[..., None]
    codes = (blocks[..., None] / scales[..., None] - _NUMBERS).abs().argmin(-1)
    values = (_NUMBERS[codes] * scales).flatten(2).transpose(1, 2).contiguous()
    return (codes[..., 0::2] | codes[..., 1::2] << 4).to(torch.uint8), (exponents + 127).to(torch.uint8), values


def write_packed(folder: Path) -> Path:
    """A tiny gpt-oss, packed, in `folder`; the folder of the same numbers as whole weights."""
    write_tiny(folder, "gpt_oss", intermediate_size=_BLOCK)
    weights = load_file(folder / "model.safetensors")
    whole = folder.with_name("whole")
    shutil.copytree(folder, whole)
    stored, plain = dict(weights), dict(weights)
    for name, weight in weights.items():
        if name.endswith(("experts.gate_up_proj", "experts.down_proj")):
            stored[f"{name}_blocks"], stored[f"{name}_scales"], plain[name] = packed(weight)
            del stored[name]
    save_file(stored, folder / "model.safetensors", metadata={"format": "pt"})
    save_file(plain, whole / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((folder / "config.json").read_text())
    left = ["model.layers.*.self_attn", "model.layers.*.mlp.router", "model.embed_tokens", "lm_head"]
    config["quantization_config"] = {"quant_method": "mxfp4", "modules_to_not_convert": left}
    (folder / "config.json").write_text(json.dumps(config))
    return whole


def test_experts_in_mxfp4_are_unpacked_trained_and_merged_as_whole_weights(tmp_path: Path) -> None:
    whole = write_packed(tmp_path / "model")
    subject = Subject(tmp_path / "model", tmp_path)
    assert largest_options_error(subject, AutoModelForCausalLM.from_pretrained(whole).eval()) < 1e-4
    assert features_error(subject) < 1e-5
    assert merge_error(subject) < 1e-4


def test_a_merged_folder_that_would_not_read_back_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subject = Subject(write_tiny(tmp_path / "model", "llama"), tmp_path)
    save = type(subject.loaded.module).save_pretrained

    def without_one(module: PreTrainedModel, folder: Path, *, state_dict: dict[str, torch.Tensor]) -> None:
        save(module, folder, state_dict={name: state_dict[name] for name in list(state_dict)[:-1]})

    monkeypatch.setattr(type(subject.loaded.module), "save_pretrained", without_one)
    with pytest.raises(RuntimeFault, match=r"could not be read back: lm_head\.weight"):
        merge_error(subject)
    assert not (tmp_path / "merged").exists()
