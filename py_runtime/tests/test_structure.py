"""The rooms of the package: who may import whom, and what each is for."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "grait_runtime"

#: The modules beside the rooms: the words of the wire, which every room may use, and the entrance.
WORDS = {"__init__", "context", "contract", "errors", "schema"}
ENTRANCE = "__main__"
#: A room and those it may import from.
ALLOWED: dict[str, set[str]] = {
    "files": set(),
    "device": set(),
    "planning": {"device"},
    "templates": set(),
    "adapters": {"device"},
    "gguf": set(),
    "models": {"adapters", "device", "files", "gguf", "planning", "templates"},
    "encoding": {"models", "planning", "templates"},
    "losses": {"device", "encoding", "models"},
    "decoding": {"encoding", "models", "planning"},
    "trials": {"adapters", "decoding", "device", "models", "planning"},
    "gradients": {"adapters", "device", "encoding", "losses"},
    "training": {"adapters", "device", "encoding", "files", "losses", "models", "planning", "trials"},
    "operations": {
        "adapters",
        "decoding",
        "device",
        "encoding",
        "files",
        "gradients",
        "models",
        "planning",
        "training",
        "trials",
    },
    "wire": {"device"},
    "service": {"device", "models", "operations", "wire"},
    "bench": {
        "adapters",
        "device",
        "encoding",
        "gradients",
        "losses",
        "models",
        "operations",
        "planning",
        "service",
        "training",
    },
}
#: A folder with more files is two rooms.
MOST_FILES = 20

MODULES = sorted(path.relative_to(PACKAGE).with_suffix("") for path in PACKAGE.rglob("*.py"))


def imported(module: Path) -> set[Path]:
    """The modules of this package that a module imports, wherever in it, for types alone too."""
    found: set[Path] = set()
    for node in ast.walk(ast.parse((PACKAGE / module.with_suffix(".py")).read_text())):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            assert node.level == 0, f"{module} imports relatively"
            names = [f"{node.module}.{name.name}" for name in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] != "grait_runtime":
                continue
            candidates = (Path(*parts[1:end]) for end in range(len(parts), 1, -1))
            found.add(next((path for path in candidates if path in MODULES), Path("__init__")))
    return found - {module}


def room_of(module: Path) -> str | None:
    return module.parts[0] if len(module.parts) > 1 else None


def circle(arrows: dict[str, set[str]]) -> list[str]:
    """A circle of a graph, node by node; empty where there is none."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def between_rooms() -> dict[str, set[str]]:
    arrows: dict[str, set[str]] = {room: set() for room in ALLOWED}
    for module in MODULES:
        room = room_of(module)
        if room is not None:
            arrows[room] |= {other for target in imported(module) if (other := room_of(target)) not in (None, room)}
    return arrows


def test_every_room_is_known_and_holds_no_more_than_it_should() -> None:
    rooms = {room for module in MODULES if (room := room_of(module)) is not None}
    assert rooms == ALLOWED.keys()
    assert {module.name for module in MODULES if room_of(module) is None} == WORDS | {ENTRANCE}
    for room in rooms:
        assert sum(room_of(module) == room for module in MODULES) <= MOST_FILES, room


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_a_room_imports_just_the_rooms_that_it_may(room: str) -> None:
    assert between_rooms()[room] == ALLOWED[room]


def test_the_words_of_the_wire_import_no_room() -> None:
    assert {name: [str(target) for target in imported(Path(name)) if room_of(target)] for name in WORDS} == {
        name: [] for name in WORDS
    }


def test_the_tests_lie_in_folders_of_the_same_names() -> None:
    tests = Path(__file__).parent
    folders = {path.parent for path in tests.rglob("test_*.py")}
    assert {folder.name for folder in folders - {tests}} <= ALLOWED.keys() | {"model_table"}
    for folder in folders:
        assert len(list(folder.glob("*.py"))) <= MOST_FILES, folder


def test_planning_needs_no_pytorch() -> None:
    names = [".".join(("grait_runtime", *module.parts)) for module in MODULES if room_of(module) == "planning"]
    code = f"import importlib, sys; [importlib.import_module(n) for n in {names}]; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=PACKAGE.parent, check=False).returncode == 0


def test_there_is_no_circle_of_modules_or_rooms() -> None:
    assert circle({str(module): {str(target) for target in imported(module)} for module in MODULES}) == []
    assert circle(ALLOWED) == []


def test_a_circle_would_be_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}}) != []


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_a_room_says_in_its_first_line_what_goes_in_and_what_comes_out(room: str) -> None:
    tree = ast.parse((PACKAGE / room / "__init__.py").read_text())
    doc = ast.get_docstring(tree)
    assert doc is not None
    assert len(tree.body) == 1, "the entrance of a room holds nothing but its sentence"
    assert {"in", "out"} <= set(re.findall(r"\w+", doc.splitlines()[0]))
    assert doc.splitlines()[0].endswith(".")
