"""The browser's scripts: types and style, as `make lint` checks them, and the names by which pages have them."""

import re
from pathlib import Path

import pytest

from scripts import check_scripts, document
from tests.architecture.test_imports import FILE_MAX

ROOT = Path(__file__).parents[2]
SENDS = re.compile(r"""from "[./]*/api\.js"|\bfetch\(|XMLHttpRequest""")
NAMED = re.compile(r'"(?:\$/public/)?((?:\w+/)*\w+\.js)"')


@pytest.mark.slow
def test_types_and_style_of_the_scripts_hold():
    assert check_scripts.main() == 0


def test_files_stay_small():
    written = {path for path in (ROOT / "assets").rglob("*.[jt]s") if path not in document.MADE}
    assert len(written) > 100
    long = {str(path.relative_to(ROOT)) for path in written if len(path.read_text().splitlines()) > FILE_MAX}
    assert long == set(), "split them by what their parts mean"


def test_pages_name_scripts_that_are_there():
    pages = sorted((ROOT / "chat_app" / "ui").rglob("*.py"))
    named = {name for page in pages for name in NAMED.findall(page.read_text())}
    assert "conversation/composer.js" in named
    assert {name for name in named if not (ROOT / "assets" / name).exists()} == set()


def test_scripts_that_send_requests_have_a_reason():
    """A page's data is in its state. The decision has a table of what scripts ask for, and why."""
    assets, reasons = ROOT / "assets", (ROOT / "docs/decisions/page-state.md").read_text()
    sending = {str(path.relative_to(assets)) for path in assets.rglob("*.js") if SENDS.search(path.read_text())}
    table = reasons.partition("## Requests that scripts make")[2].partition("\n## ")[0]
    assert sending - {"api.js"} == set(re.findall(r"`(\w+/\w+\.js)`", table))
