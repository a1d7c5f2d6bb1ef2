"""Models from the hub, against a server on this machine that speaks its routes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from grait_runtime.models.registry import ModelRegistry
from tests.models.hub_server import HubRepository, serving
from tests.requests import load_request
from tests.taught import write_gguf
from tests.tiny import build_tiny_tokenizer

NEW, OLD = "b" * 40, "a" * 40
TinyDir = Callable[..., Path]

#: Resolves each source it is given and says what came of it, a JSON line each; with `load` it loads it too.
PROGRAM = """
import json, sys
from grait_runtime.errors import RuntimeFault
from grait_runtime.models.sources import resolve_model
for source in sys.argv[2:]:
    try:
        found = resolve_model(source)
        folder = found.folder
        said = {"gguf": found.gguf_file, "folder": str(folder), "files": sorted(file.name for file in folder.iterdir())}
        if sys.argv[1] == "load":
            from grait_runtime.models.registry import ModelRegistry
            from tests.requests import load_request
            said["revision"] = ModelRegistry("cpu").load(load_request(source)).revision
    except RuntimeFault as fault:
        said = {"code": fault.code, "message": fault.message, "hint": fault.hint, "retryable": fault.retryable}
    print(json.dumps(said), flush=True)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "hf"


@pytest.fixture
def repository(tmp_path: Path, tiny_dir: TinyDir) -> HubRepository:
    """Two commits that differ in their weights, with files beside them that are not ours."""
    new = Path(shutil.copytree(tiny_dir("llama"), tmp_path / "new"))
    old = Path(shutil.copytree(tiny_dir("llama", seed=1), tmp_path / "old"))
    (new / "README.md").write_text("# a model")
    (new / "training_args.bin").write_bytes(b"not ours")
    return HubRepository({"main": NEW, "v1": OLD}, {NEW: new, OLD: old})


def ask(url: str, home: Path, *sources: str, what: str = "resolve", **variables: str) -> list[dict[str, object]]:
    """What a fresh process says: huggingface_hub reads its variables once, when it is imported."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    root = str(Path(__file__).parents[2])
    environment = {**kept, "HF_ENDPOINT": url, "HF_HOME": str(home), "PYTHONPATH": root, **variables}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, what, *sources], env=environment, cwd=root, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_model_is_loaded_at_its_commit_and_equals_the_same_files_on_disk(
    repository: HubRepository, home: Path
) -> None:
    with serving({"tiny/llama": repository}) as hub:
        now, tag, commit = ask(
            hub.url, home, "hub:tiny/llama", "hub:tiny/llama@v1", f"hub:tiny/llama@{OLD}", what="load"
        )
    (repository.commits[NEW] / "training_args.bin").unlink()
    on_disk = {
        commit: ModelRegistry("cpu").load(load_request(f"path:{folder}")).revision
        for commit, folder in repository.commits.items()
    }
    assert (now["revision"], tag["revision"], commit["revision"]) == (on_disk[NEW], on_disk[OLD], on_disk[OLD])
    assert str(now["folder"]).endswith(f"snapshots/{NEW}")
    assert "model.safetensors" in now["files"]  # type: ignore[operator]
    assert not {"README.md", "training_args.bin"} & set(now["files"])  # type: ignore[call-overload]


def test_what_is_there_is_not_fetched_again_and_is_read_offline(repository: HubRepository, home: Path) -> None:
    with serving({"tiny/llama": repository}) as hub:
        first = ask(hub.url, home, "hub:tiny/llama")
        fetched = [request for request in hub.requests if request.startswith("GET /tiny")]
        assert ask(hub.url, home, "hub:tiny/llama") == first
        assert [request for request in hub.requests if request.startswith("GET /tiny")] == fetched
        asked = len(hub.requests)
        assert ask(hub.url, home, "hub:tiny/llama", HF_HUB_OFFLINE="1") == first
        assert len(hub.requests) == asked
    assert ask(hub.url, home, "hub:tiny/llama") == first, "a server that is gone is replaced by the cache"


def test_a_download_that_breaks_off_is_said_and_goes_on_later(repository: HubRepository, home: Path) -> None:
    with serving({"tiny/llama": repository}) as hub:
        hub.cut["model.safetensors"] = (1000, 100)
        [failed] = ask(hub.url, home, "hub:tiny/llama")
        assert failed["code"] == "model_not_found"
        assert failed["retryable"], "the same call may succeed when made again"
        hub.cut.clear()
        [found] = ask(hub.url, home, "hub:tiny/llama")
    weights = Path(str(found["folder"])) / "model.safetensors"
    assert weights.read_bytes() == (repository.commits[NEW] / "model.safetensors").read_bytes()


def test_a_half_downloaded_model_is_not_taken_for_a_whole_one_offline(repository: HubRepository, home: Path) -> None:
    with serving({"tiny/llama": repository}) as hub:
        hub.cut["model.safetensors"] = (1000, 100)
        ask(hub.url, home, "hub:tiny/llama")
        [offline] = ask(hub.url, home, "hub:tiny/llama", HF_HUB_OFFLINE="1")
    assert offline["code"] == "model_not_found"
    assert "cached snapshot" in str(offline["message"])


def test_who_may_not_see_a_model_is_told_what_to_do(repository: HubRepository, home: Path) -> None:
    gated = HubRepository(repository.revisions, repository.commits, token="hf_secret")
    with serving({"tiny/gated": gated, "tiny/llama": repository}) as hub:
        closed, missing, revision = ask(hub.url, home, "hub:tiny/gated", "hub:tiny/none", "hub:tiny/llama@v9")
        [opened] = ask(hub.url, home, "hub:tiny/gated", HF_TOKEN="hf_secret")
    assert "HF_TOKEN" in str(closed["hint"])
    assert "ORG/NAME" in str(missing["hint"])
    assert hub.url in str(missing["hint"])
    assert "revision after the @" in str(revision["hint"])
    assert {closed["code"], missing["code"], revision["code"]} == {"model_not_found"}
    assert "model.safetensors" in opened["files"]  # type: ignore[operator]


def test_weights_in_the_older_format_are_fetched_where_there_are_no_others(
    repository: HubRepository, home: Path, tmp_path: Path
) -> None:
    older = Path(shutil.copytree(repository.commits[NEW], tmp_path / "older", ignore=shutil.ignore_patterns("*.bin")))
    (older / "model.safetensors").rename(older / "pytorch_model.bin")
    none = Path(shutil.copytree(older, tmp_path / "none", ignore=shutil.ignore_patterns("*.bin")))
    both = {
        "tiny/older": HubRepository({"main": NEW}, {NEW: older}),
        "tiny/none": HubRepository({"main": NEW}, {NEW: none}),
    }
    with serving(both) as hub:
        found, weightless = ask(hub.url, home, "hub:tiny/older", "hub:tiny/none")
    assert "pytorch_model.bin" in found["files"]  # type: ignore[operator]
    assert weightless["code"] == "model_not_found"
    assert "weights" in str(weightless["message"])


def test_an_address_that_nobody_listens_at_is_named(home: Path) -> None:
    [said] = ask("http://127.0.0.1:9", home, "hub:tiny/llama")
    assert said["code"] == "model_not_found"
    assert said["retryable"]
    assert "http://127.0.0.1:9" in str(said["hint"])


def test_a_gguf_file_is_found_by_its_name_and_those_that_are_there_are_named(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "packed"
    folder.mkdir()
    sizes: dict[str, Any] = dict(hidden_size=48, intermediate_size=96, num_attention_heads=3, num_key_value_heads=1)
    torch.manual_seed(0)
    model = LlamaForCausalLM(LlamaConfig(**sizes, num_hidden_layers=1, vocab_size=400, max_position_embeddings=512))
    write_gguf(folder / "Tiny-Q8_0.gguf", model, build_tiny_tokenizer())
    (folder / "Tiny-Q4_0.gguf").write_bytes(b"GGUF")
    both = {"tiny/packed": HubRepository({"main": NEW, "v1": OLD}, {NEW: folder, OLD: folder})}
    with serving(both) as hub:
        [loaded] = ask(hub.url, home, "hub:tiny/packed/Tiny-Q8_0.gguf@v1", what="load")
        case, none = ask(hub.url, home, "hub:tiny/packed/tiny-q8_0.gguf", "hub:tiny/packed")
        asked = list(hub.requests)
    on_disk = ModelRegistry("cpu").load(load_request(f"gguf:{folder / 'Tiny-Q8_0.gguf'}")).revision
    assert (loaded["gguf"], loaded["revision"]) == ("Tiny-Q8_0.gguf", on_disk)
    assert not [request for request in asked if "GET" in request and "Q4_0" in request]
    assert "has no file tiny-q8_0.gguf" in str(case["message"])
    assert case["hint"] == "it has Tiny-Q4_0.gguf, Tiny-Q8_0.gguf"
    assert "hub:tiny/packed/Tiny-Q4_0.gguf, or one of Tiny-Q8_0.gguf" in str(none["hint"])
    [offline] = ask(hub.url, home, "hub:tiny/packed/Tiny-Q8_0.gguf@v1", HF_HUB_OFFLINE="1")
    assert offline["gguf"] == "Tiny-Q8_0.gguf", "a file that was fetched is read without the hub"
