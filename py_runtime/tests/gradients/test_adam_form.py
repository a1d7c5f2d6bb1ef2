"""The Adam form against a textbook transcription in NumPy, element by element."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from grait_runtime.adapters.folder import OPTIMIZER_FILE
from grait_runtime.adapters.stored import Moments, read_tensors
from grait_runtime.contract import GradientFeaturesItem
from grait_runtime.gradients.adam_form import AdamForm
from grait_runtime.models.loaded_model import LoadedModel
from grait_runtime.models.registry import ModelRegistry
from grait_runtime.operations.gradient_features import gradient_features
from tests.contexts import RecordingContext
from tests.lora_cases import gradient_request, plain_gradient, samples, trained_adapter


def textbook(g: NDArray[np.float64], m: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
    """LESS, as published: the moments after one more step, no bias correction, epsilon inside the root."""
    feature = np.empty_like(g)
    for i in range(len(g)):
        m_next = 0.9 * m[i] + 0.1 * g[i]
        v_next = 0.999 * v[i] + 0.001 * g[i] * g[i]
        feature[i] = m_next / np.sqrt(v_next + 1e-8)
    return feature


def test_the_form_is_the_textbooks_for_every_sample_and_leaves_the_moments_alone() -> None:
    generator = torch.Generator().manual_seed(0)
    g = torch.randn(5, 3, 4, generator=generator) * torch.logspace(-6, 1, 5)[:, None, None]
    m = torch.randn(3, 4, generator=generator) * 1e-3
    v = torch.rand(3, 4, generator=generator) * 1e-6
    kept = Moments(m.clone(), v.clone())
    form = AdamForm({"w": kept}, torch.device("cpu"))
    columns = g.reshape(5, -1).T.contiguous()
    form.apply_("w", columns, torch.empty_like(columns))
    for row, found in zip(g, columns.T, strict=True):
        expected = textbook(row.flatten().double().numpy(), m.flatten().double().numpy(), v.flatten().double().numpy())
        np.testing.assert_allclose(found.numpy(), expected, rtol=2e-6)
    assert torch.equal(kept.first, m)
    assert torch.equal(kept.second, v)


def test_by_hand() -> None:
    columns = torch.tensor([[2.0], [0.0]])
    moments = Moments(torch.tensor([1.0, -1.0]), torch.tensor([4.0, 0.0]))
    AdamForm({"w": moments}, torch.device("cpu")).apply_("w", columns, torch.empty_like(columns))
    # 0.9*1 + 0.1*2 = 1.1 over sqrt(0.999*4 + 0.001*4 + 1e-8) = 2;  -0.9 over sqrt(1e-8) = 1e-4.
    torch.testing.assert_close(columns, torch.tensor([[0.55], [-9000.0]]), rtol=1e-6, atol=0)


def test_features_of_a_rehearsed_adapter_are_the_textbooks(
    models: ModelRegistry, load: Callable[..., LoadedModel], tmp_path: Path
) -> None:
    loaded = load("llama")
    adapter = trained_adapter(models, loaded, tmp_path / "adapter")
    moments = read_tensors(adapter / OPTIMIZER_FILE)
    context = RecordingContext()
    gradient_features(models, gradient_request(loaded, adapter, samples(2), form="adam"), context)
    item = context.items[0]
    assert isinstance(item, GradientFeaturesItem)
    for id, found in zip(item.ids, context.frames[0][0], strict=True):
        given = samples()[int(id[1:])]
        expected = [
            textbook(
                gradient.flatten().double().numpy(),
                moments[f"{name}.exp_avg"].flatten().double().numpy(),
                moments[f"{name}.exp_avg_sq"].flatten().double().numpy(),
            )
            for name, gradient in plain_gradient(loaded, adapter, given).items()
        ]
        whole = np.concatenate(expected)
        assert np.linalg.norm(found - whole) / np.linalg.norm(whole) <= 1e-5


def test_without_steps_both_moments_are_zero_and_the_form_is_the_gradients_sign_times_a_constant(
    models: ModelRegistry, load: Callable[..., LoadedModel], tmp_path: Path
) -> None:
    loaded = load("llama")
    adapter = trained_adapter(models, loaded, tmp_path / "adapter", epochs=0.0)
    assert all(not value.any() for value in read_tensors(adapter / OPTIMIZER_FILE).values())
    context = RecordingContext()
    gradient_features(models, gradient_request(loaded, adapter, samples(1), form="adam"), context)
    found = context.frames[0][0][0]
    g = np.concatenate([value.flatten().numpy() for value in plain_gradient(loaded, adapter, samples()[0]).values()])
    large = np.abs(g) > 0.1
    assert large.any()
    # 0.1 g / sqrt(0.001 g^2) = sign(g) * sqrt(10)
    np.testing.assert_allclose(found[large], np.sign(g[large]) * np.sqrt(10), rtol=1e-3)
