"""The browser's scripts: types and style, as `make lint` checks them, and the names by which pages have them."""

import re
from pathlib import Path

import pytest

from scripts import check_scripts, document
from tests.architecture.test_imports import FILE_MAX

ROOT = Path(__file__).parents[2]
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
