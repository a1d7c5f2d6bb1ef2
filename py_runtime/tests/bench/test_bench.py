"""The benchmarks run on a tiny model and report what they measured."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grait_runtime.bench import gpu, gradients, numpy_influence, projection, training
from grait_runtime.bench.proof import Proof
from tests.on_device import DEVICE_NAME

TinyDir = Callable[..., Path]


def reported(
    capsys: pytest.CaptureFixture[str], main: Callable[[list[str]], None], *arguments: object
) -> list[dict[str, Any]]:
    main([str(argument) for argument in arguments])
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_gradients_compare_the_engine_with_a_bare_pass(capsys: pytest.CaptureFixture[str], tiny_dir: TinyDir) -> None:
    model = f"path:{tiny_dir('llama')}"
    options = ("--model", model, "--count", 6, "--rank", 2, "--rounds", 1, "--dim", 64)
    found = {line["what"]: line for line in reported(capsys, gradients.main, *options)}
    assert found["workload"]["samples"] == 6
    measured = found["gradients"]
    assert measured["ratio"] == pytest.approx(measured["features_seconds"] / measured["bare_seconds"])
    assert measured["bare_tokens_per_second"] > 0


def test_gradients_measure_one_reference_at_each_asking(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tiny_dir: TinyDir, tmp_path: Path
) -> None:
    from grait_runtime.bench.workload import rehearsed_adapter, workload

    arguments = ["--model", f"path:{tiny_dir('llama')}", "--count", "40"]
    work = workload(training.training_parser(None).parse_args(arguments))
    adapter = rehearsed_adapter(work, 2, tmp_path / "adapter")
    monkeypatch.setattr("sys.stdin", io.StringIO("bare\nless\nsimple\n"))
    lines = reported(capsys, gradients.main, *arguments, "--adapter", adapter, "--dim", 64, "--paced")
    assert [line["what"] for line in lines] == ["workload", "bare", "less", "simple"]
    assert all(line["seconds"] > 0 for line in lines[1:])


def test_projections_of_real_gradients_stay_within_the_bound(
    capsys: pytest.CaptureFixture[str], tiny_dir: TinyDir
) -> None:
    model = f"path:{tiny_dir('llama')}"
    options = ("--model", model, "--count", 12, "--rank", 4, "--dim", 256, "--sparsity", 4)
    lines = reported(capsys, projection.main, *options)
    assert {(line["form"], line["kind"]) for line in lines} == {
        (form, kind) for form in ("sgd", "adam") for kind in ("sjlt", "rademacher")
    }
    for line in lines:
        assert line["error_sd"] <= 1.3 * line["bound_sd"]


def test_training_reports_its_loss_curve(capsys: pytest.CaptureFixture[str], tiny_dir: TinyDir) -> None:
    model = f"path:{tiny_dir('llama')}"
    (found,) = reported(capsys, training.main, "--model", model, "--count", 20, "--epochs", 2)
    assert len(found["losses"]) == 4
    assert found["loss_after"] < found["loss_before"]


def test_influences_by_numpy_read_the_stored_features(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    import numpy as np

    np.save(tmp_path / "shard-00000.npy", np.eye(6, 4, dtype=np.float32))
    (tmp_path / "index.json").write_text(json.dumps({"shards": [{"file": "shard-00000.npy", "rows": 6}]}))
    (found,) = reported(capsys, numpy_influence.main, tmp_path)
    assert found["rows"] == 6


def test_the_proof_of_a_device_runs_on_a_cpu_and_keeps_what_each_section_found(tmp_path: Path) -> None:
    gpu.main(["--out", str(tmp_path / "proof.json"), "--tiny", "--device", DEVICE_NAME])
    sections = json.loads((tmp_path / "proof.json").read_text())["sections"]
    assert list(sections)[:4] == ["ceilings", "kernels", "exactness", "same bytes"]
    assert [name for name, found in sections.items() if not found.get("right", True)] == []
    assert sections["same bytes"]["different"] == []
    assert sections["resumed"]["interruptions"] == 2
    assert sections["speed"]["gradientFeatures"]["tokens_per_second"] > 0


def test_a_section_that_fails_costs_the_others_nothing_and_a_late_one_is_not_begun(tmp_path: Path) -> None:
    def broken() -> dict[str, Any]:
        raise ValueError("too bad")

    file = tmp_path / "proof.json"
    assert not Proof(file, {"what": "a trial"}, 1).run({"broken": broken, "other": lambda: {"value": 3}})
    found = json.loads(file.read_text())
    assert found["what"] == "a trial"
    assert found["sections"]["broken"]["error"] == "too bad"
    assert found["sections"]["other"]["value"] == 3
    assert Proof(file, {}, 0).run({"late": broken})
    assert json.loads(file.read_text())["sections"] == {"late": {"skipped": "the time was up"}}
