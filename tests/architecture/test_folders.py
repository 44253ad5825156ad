"""The parts of each folder use one another in one direction, and are few; no two classes share a name."""

import ast
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
MODULES_MAX = 12
"""A folder that outgrows about ten modules is two features."""


def test_parts_of_a_folder_form_no_circle() -> None:
    imports = read_imports()
    folders = {".".join(name.split(".")[:depth]) for name in imports for depth in range(1, name.count(".") + 1)}
    assert {"chat_app", "chat_app.core.ai", "chat_app.ui"} <= folders
    for folder in folders:
        assert list(TopologicalSorter(parts_of(folder, imports)).static_order()), folder  # a circle raises


def test_no_folder_holds_more_than_one_feature() -> None:
    folders = Counter(path.parent for path in (ROOT / "chat_app").rglob("*.py") if path.name != "__init__.py")
    assert [folder for folder, modules in folders.items() if modules > MODULES_MAX] == []


def test_name_of_a_class_is_of_one_thing() -> None:
    paths = [path for path in (ROOT / "chat_app").rglob("*.py") if not path.stem.endswith(("_pb2", "_pb2_grpc"))]
    nodes = (node for path in paths for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    names = Counter(node.name for node in nodes if isinstance(node, ast.ClassDef) and not node.name.startswith("_"))
    assert [name for name, count in names.items() if count > 1] == []


def parts_of(folder: str, imports: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return which of its parts each part of a folder uses."""
    depth = folder.count(".") + 2
    parts: dict[str, set[str]] = {}
    for name, others in imports.items():
        if name.startswith(f"{folder}."):
            part = ".".join(name.split(".")[:depth])
            used = {".".join(other.split(".")[:depth]) for other in others if other.startswith(f"{folder}.")}
            parts.setdefault(part, set()).update(used - {part})
    return parts


def read_imports() -> dict[str, set[str]]:
    """Return which modules each module imports."""
    paths = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in (ROOT / "chat_app").rglob("*.py")}
    modules = {name.removesuffix(".__init__"): path for name, path in paths.items()}
    return {name: {module_of(each, modules) for each in imported(path)} - {""} for name, path in modules.items()}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{each.name}" for each in node.names)


def module_of(name: str, modules: dict[str, Path]) -> str:
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return name
