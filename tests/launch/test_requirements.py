"""Every package that the code imports is pinned."""

import ast
import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from reflex_base.config import get_config

ROOT = Path(__file__).parents[2]
OWN = {"chat_app", "tests", "bench", "scripts", "rxconfig"}


def imported(*folders: str) -> Iterator[str]:
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from (each.name.partition(".")[0] for each in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]


def pinned(*files: str) -> set[str]:
    lines = [line for name in files for line in (ROOT / name).read_text().splitlines()]
    return {plain(match[1]) for line in lines if (match := re.match(r"([\w.-]+)(?:\[[\w,]+\])?==[\w.]+", line))}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize(
    ("folders", "files"),
    [
        (("chat_app", "alembic"), ("requirements.txt",)),
        (("tests", "bench", "scripts"), ("requirements.txt", "requirements-dev.txt")),
    ],
)
def test_every_imported_package_is_pinned(folders: tuple[str, ...], files: tuple[str, ...]) -> None:
    distributions = packages_distributions()
    outside = set(imported(*folders)) - OWN - sys.stdlib_module_names
    known = pinned(*files)
    missing = {name for name in outside if not known & {plain(each) for each in distributions.get(name, [name])}}
    assert missing == set()


def test_the_npm_lock_holds_what_pages_ask_for_and_names_no_registry() -> None:
    locked = json.loads((ROOT / "reflex.lock" / "package-lock.json").read_text())["packages"]
    versions = {name.removeprefix("node_modules/"): package.get("version") for name, package in locked.items()}
    for package in get_config().frontend_packages:
        name, _, version = package.rpartition("@")
        assert versions[name] == version
    assert not any("resolved" in package for package in locked.values())
