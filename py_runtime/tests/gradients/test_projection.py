"""Random projections: inner products kept, and nothing but (name, size, dim, seed) decides the matrix."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
import torch
from torch import Tensor

from grait_runtime.contract import ProjectionSettings
from grait_runtime.device.counter_random import below, signs, stream_key, words_at
from grait_runtime.errors import RuntimeFault
from grait_runtime.gradients import projection as projections
from grait_runtime.gradients.projection import Projection, RademacherProjection, make_projection

CPU = torch.device("cpu")
Kind = Literal["sjlt", "rademacher"]


def made(
    kind: Literal["sjlt", "rademacher", "none"], dim: int, sizes: dict[str, int], seed: int = 1, sparsity: int = 4
) -> Projection:
    return make_projection(ProjectionSettings(kind=kind, dim=dim, sparsity=sparsity, seed=seed), sizes, CPU)


def matrix(projection: Projection, name: str, size: int) -> Tensor:
    """[dim, n]: what the projection does to every unit vector."""
    features = torch.zeros(projection.dim, size)
    projection.add(name, torch.eye(size), features)
    return features


def test_words_are_splitmix64() -> None:
    """Against the reference algorithm in Python's integers."""
    mask = (1 << 64) - 1

    def reference(key: int, counter: int) -> int:
        z = (key + (counter + 1) * 0x9E3779B97F4A7C15) & mask
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return z ^ (z >> 31)

    key = stream_key("layer", 3, "test")
    found = words_at(key, torch.arange(1000)).tolist()
    assert [word & mask for word in found] == [reference(key & mask, counter) for counter in range(1000)]


def test_random_rows_and_signs_are_even() -> None:
    words = words_at(stream_key("layer", 3, "test"), torch.arange(200_000))
    counts = torch.bincount(below(words, 100), minlength=100).double()
    chi_squared = float(((counts - 2000) ** 2 / 2000).sum())
    assert 60 < chi_squared < 150
    assert abs(float(signs(words).sum())) < 5 * 200_000**0.5


@pytest.mark.parametrize("sparsity", [1, 4, 9])
@pytest.mark.parametrize("dim", [1, 2, 7, 64, 8192])
def test_the_sparse_matrix_has_one_signed_entry_in_each_block(dim: int, sparsity: int) -> None:
    dense = matrix(made("sjlt", dim, {"w": 50}, sparsity=sparsity), "w", 50)
    nonzeros = min(sparsity, dim)
    assert torch.equal((dense != 0).sum(0), torch.full((50,), nonzeros))
    assert torch.allclose(dense.abs().sum(0), torch.full((50,), nonzeros**0.5))
    for block in range(nonzeros):
        rows = dense[block * dim // nonzeros : (block + 1) * dim // nonzeros]
        assert torch.equal((rows != 0).sum(0), torch.ones(50, dtype=torch.long))


def test_the_dense_matrix_is_of_plus_and_minus_one() -> None:
    dense = matrix(made("rademacher", 33, {"w": 130}), "w", 130)
    assert torch.equal(dense.abs(), torch.ones(33, 130))
    assert abs(float(dense.mean())) < 0.1


@pytest.mark.parametrize("signs_at_once", [64, 128, 1000, 4096])
def test_the_dense_matrix_does_not_depend_on_its_tiles(monkeypatch: pytest.MonkeyPatch, signs_at_once: int) -> None:
    whole = matrix(RademacherProjection(20, 5, CPU), "w", 333)
    monkeypatch.setattr(projections, "_TILE_SIGNS", signs_at_once)
    assert torch.equal(matrix(RademacherProjection(20, 5, CPU), "w", 333), whole)


@pytest.mark.parametrize("kind", ["sjlt", "rademacher"])
def test_the_matrix_of_a_parameter_depends_on_its_name_and_the_seed_alone(kind: Kind) -> None:
    alone = matrix(made(kind, 16, {"a": 40}), "a", 40)
    among = made(kind, 16, {"b": 10, "a": 40})
    features = torch.zeros(16, 3)
    among.add("b", torch.ones(10, 3), features)
    assert torch.equal(matrix(among, "a", 40), alone)
    assert not torch.equal(matrix(made(kind, 16, {"a": 40}, seed=2), "a", 40), alone)
    assert not torch.equal(matrix(made(kind, 16, {"b": 40}), "b", 40), alone)


@pytest.mark.parametrize("kind", ["sjlt", "rademacher"])
def test_it_is_linear_and_each_sample_is_projected_on_its_own(kind: Kind) -> None:
    dense = matrix(made(kind, 32, {"w": 90}), "w", 90)
    values = torch.randn(90, 5, generator=torch.Generator().manual_seed(0))
    features = torch.zeros(32, 5)
    made(kind, 32, {"w": 90}).add("w", values.clone(), features)
    torch.testing.assert_close(features, dense @ values, rtol=1e-5, atol=1e-5)
    single = torch.zeros(32, 1)
    made(kind, 32, {"w": 90}).add("w", values[:, 2:3].clone(), single)
    torch.testing.assert_close(single, features[:, 2:3], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("kind", "sparsity"), [("sjlt", 1), ("sjlt", 4), ("sjlt", 8), ("rademacher", 4)])
@pytest.mark.parametrize("heavy", [False, True])
def test_inner_products_are_kept_within_the_johnson_lindenstrauss_bound(kind: Kind, sparsity: int, heavy: bool) -> None:
    """For unit rows the error has a standard deviation of at most sqrt(2/d); with heavy coordinates too."""
    dim, rows, sizes = 512, 40, {"a": 3000, "b": 700}
    generator = torch.Generator().manual_seed(2)
    common = torch.randn(1, 3700, generator=generator)
    vectors = torch.randn(rows, 3700, generator=generator) + common
    if heavy:
        vectors[:, ::370] *= 40
    vectors /= vectors.norm(dim=1, keepdim=True)
    features = torch.zeros(dim, rows)
    projection = made(kind, dim, sizes, sparsity=sparsity)
    projection.add("a", vectors[:, :3000].T.contiguous(), features)
    projection.add("b", vectors[:, 3000:].T.contiguous(), features)
    if kind == "rademacher":
        features /= dim**0.5
    errors = (features.T @ features - vectors @ vectors.T).numpy()
    assert np.sqrt((errors**2).mean()) <= 1.3 * np.sqrt(2 / dim)
    assert np.abs(errors).max() <= 6 * np.sqrt(2 / dim)


def test_a_sparsity_of_nothing_is_refused() -> None:
    with pytest.raises(RuntimeFault, match=r"projection\.sparsity is 0"):
        made("sjlt", 8, {"w": 5}, sparsity=0)


def test_none_keeps_every_coordinate_in_sorted_order_of_names() -> None:
    projection = made("none", 5, {"b": 2, "a": 3})
    features = torch.zeros(5, 1)
    projection.add("b", torch.tensor([[4.0], [5.0]]), features)
    projection.add("a", torch.tensor([[1.0], [2.0], [3.0]]), features)
    assert projection.dim == 5
    assert features.flatten().tolist() == [1, 2, 3, 4, 5]
