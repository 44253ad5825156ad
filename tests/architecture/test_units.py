"""A page and the script of its name are one unit, such as `files/uploads`. Units, and the folders of
scripts, use one another in one direction.
"""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPTS, PAGES = ROOT / "assets", ROOT / "chat_app" / "ui"
IMPORTED = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""")
NAMED = re.compile(r'"(?:\$/public/)?((?:\w+/)*\w+\.js)"')


def test_units_form_no_circle():
    uses: dict[str, set[str]] = {}
    for path in SCRIPTS.rglob("*.js"):
        uses.setdefault(unit_of(path, SCRIPTS), set()).update(used_by_script(path))
    for path in PAGES.rglob("*.py"):
        uses.setdefault(unit_of(path, PAGES), set()).update(used_by_page(path))
    for unit, others in uses.items():
        others.discard(unit)
    assert uses["files/viewer"] >= {"files/text", "live/store"}
    assert set(TopologicalSorter(uses).static_order()) >= set(uses)  # a circle raises


def test_folders_of_scripts_form_no_circle():
    uses: dict[str, set[str]] = {}
    for path in SCRIPTS.rglob("*.js"):
        folder = unit_of(path, SCRIPTS).partition("/")[0]
        uses.setdefault(folder, set()).update({unit.partition("/")[0] for unit in used_by_script(path)} - {folder})
    assert uses["conversation"] >= {"live", "dom"}
    assert list(TopologicalSorter(uses).static_order())  # a circle raises


def unit_of(path: Path, root: Path) -> str:
    return str(path.relative_to(root).with_suffix(""))


def used_by_script(path: Path) -> Iterator[str]:
    for found in IMPORTED.findall(path.read_text()):
        other = (path.parent / found).resolve()
        if other.is_relative_to(SCRIPTS):
            yield unit_of(other, SCRIPTS)


def used_by_page(path: Path) -> Iterator[str]:
    text = path.read_text()
    yield from (unit_of(SCRIPTS / name, SCRIPTS) for name in NAMED.findall(text))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("chat_app.ui"):
            for name in (node.module, *(f"{node.module}.{each.name}" for each in node.names)):
                other = ROOT / f"{(name or '').replace('.', '/')}.py"
                if other.exists():
                    yield unit_of(other, PAGES)
