"""The direction of imports, as `pyproject.toml` defines it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[2]
APP = ROOT / "chat_app"
ENVIRONMENT = re.compile(r"\bos\.(environ|getenv)\b")
FILE_MAX, TESTS_MAX, FUNCTION_MAX = 250, 300, 40
"""Lines."""

LONG_TESTS = {
    "api/routes.py",  # tables, to which each route and use case adds its rows
    "core/access/test_matrix.py",
    "core/access/test_people_matrix.py",
    "browser/forged/test_events.py",
    "browser/test_files.py",
    "browser/test_keys.py",
}
"""Files of tests that may have more than ``TESTS_MAX`` lines."""

SETTERS = {"launch/commands.py", "launch/pages/front_end.py", "adapters/llm/loading.py"}


@pytest.mark.slow
def test_the_contracts_hold(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 0


def modules(folder: str) -> list[Path]:
    return sorted((APP / folder).rglob("*.py"))


def test_only_settings_reads_the_environment():
    touching = {str(path.relative_to(APP)) for path in modules("") if ENVIRONMENT.search(path.read_text())}
    assert touching <= SETTERS, "chat_app/settings is the only reader; these others set variables for what they start"


def test_files_stay_small():
    long = {str(path.relative_to(APP)) for path in written() if len(path.read_text().splitlines()) > FILE_MAX}
    assert long == set(), "split them by what their parts mean"


def test_files_of_tests_stay_small():
    tests = ROOT / "tests"
    files = [path for path in tests.rglob("*.py") if "node_modules" not in path.parts]
    long = {str(path.relative_to(tests)) for path in files if len(path.read_text().splitlines()) > TESTS_MAX}
    assert long <= LONG_TESTS, "split them by what their parts mean"


@pytest.mark.slow
def test_functions_stay_small():
    long = {f"{path.relative_to(APP)}:{name}" for path in written() for name in long_functions(path)}
    assert long == set(), "split them by what their parts mean"


def written() -> list[Path]:
    """Return the modules that people write."""
    return [path for path in modules("") if "_pb2" not in path.name]


def long_functions(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno >= FUNCTION_MAX:
            yield node.name


def test_every_package_says_what_it_is_for():
    silent = [
        str(path.relative_to(ROOT))
        for path in APP.rglob("__init__.py")
        if path.stat().st_size and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []
