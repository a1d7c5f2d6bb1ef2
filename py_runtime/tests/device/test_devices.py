"""A device is chosen by name, and one that is not there is refused by name."""

from __future__ import annotations

import pytest
import torch

from grait_runtime.device.devices import auto_dtype, pick_device
from grait_runtime.errors import RuntimeFault


@pytest.fixture
def two_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 0)


@pytest.mark.usefixtures("two_gpus")
@pytest.mark.parametrize(
    ("name", "device"), [("auto", "cuda:0"), ("cuda", "cuda:0"), ("cuda:1", "cuda:1"), ("cpu", "cpu")]
)
def test_a_gpu_is_chosen_by_its_number(name: str, device: str) -> None:
    assert pick_device(name) == torch.device(device)


@pytest.mark.usefixtures("two_gpus")
def test_a_gpu_beyond_the_last_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(RuntimeFault, match="cuda:2 was requested, but PyTorch finds 2") as raised:
        pick_device("cuda:2")
    assert raised.value.hint is not None
    assert "cuda:0 to cuda:1" in raised.value.hint


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
@pytest.mark.parametrize("name", ["cuda", "cuda:0", "cuda:7"])
def test_without_a_gpu_every_number_is_refused(name: str) -> None:
    with pytest.raises(RuntimeFault, match=f"{name} was requested, but PyTorch finds none"):
        pick_device(name)


@pytest.mark.parametrize("name", ["gpu", "cuda:", "cuda:x", "cuda:-1", "cpu:0", "mps:1", "", "xpu", "meta"])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(RuntimeFault, match="there is no device"):
        pick_device(name)


@pytest.mark.parametrize(("supported", "dtype"), [(True, torch.bfloat16), (False, torch.float16)])
def test_a_gpu_without_bfloat16_computes_in_float16(
    supported: bool, dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: supported)
    assert auto_dtype(torch.device("cuda")) == dtype
