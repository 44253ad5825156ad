"""The direction of imports, as `pyproject.toml` defines it."""

import ast
import re
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[2]
APP = ROOT / "chat_app"
ENVIRONMENT = re.compile(r"\bos\.(environ|getenv)\b")
SETTERS = {"launch/commands.py", "launch/front_end.py", "adapters/llm/loading.py"}


def test_the_contracts_hold(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 0


def modules(folder: str) -> list[Path]:
    return sorted((APP / folder).rglob("*.py"))


def test_only_settings_reads_the_environment():
    touching = {str(path.relative_to(APP)) for path in modules("") if ENVIRONMENT.search(path.read_text())}
    assert touching <= SETTERS, "chat_app/settings is the only reader; these others set variables for what they start"


@pytest.mark.parametrize("path", modules("core"), ids=lambda path: str(path.relative_to(APP)))
def test_files_of_the_core_stay_small(path: Path):
    assert len(path.read_text().splitlines()) <= 250


def test_every_package_says_what_it_is_for():
    silent = [
        str(path.relative_to(ROOT))
        for path in APP.rglob("__init__.py")
        if path.stat().st_size and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []
