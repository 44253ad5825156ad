"""`python -m chat_app dev` in a checkout of its own, seen in a browser."""

import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.launch.conftest import PATIENCE_MS, ROOT, Parley, open_folder

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".parley*", ".bench", ".hypothesis", ".*_cache", "node_modules")
PAGE = Path("chat_app/ui/not_found/page.py")
ROUTES = Path("chat_app/ui/routes.py")
OTHERS = re.compile(r'^    "/(admin|settings|groups|prompts|assistants|people|support|u/)[^"]*": \w+,\n', re.M)
"""Pages that are no other to compile than those that are left."""


def link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


@pytest.fixture
def checkout() -> Iterator[Path]:
    """A copy of the checkout with few pages, and with its Node.js packages, linked where that can be."""
    with open_folder() as top:
        shutil.copytree(ROOT, top / "parley", ignore=LEFT_OUT)
        packages = Path(".web") / "node_modules"
        shutil.copytree(ROOT / packages, top / "parley" / packages, copy_function=link, symlinks=True)
        routes = top / "parley" / ROUTES
        text, left_out = OTHERS.subn("", routes.read_text())
        assert left_out > 15
        routes.write_text(text)
        yield top / "parley"


@pytest.fixture
def address(parley: Callable[..., Parley], checkout: Path, folder: Path, free_port: int) -> Iterator[str]:
    running = parley("dev", cwd=checkout, PORT=str(free_port), PARLEY_DATA_DIR=str(folder))
    running.wait_for("App running at")
    yield f"http://127.0.0.1:{free_port}"
    running.process.send_signal(signal.SIGTERM)
    running.process.wait()


@pytest.mark.timeout(900)  # builds all pages, on a machine that may be busy with other tests
def test_a_page_changes_in_the_browser_when_its_file_does(address: str, checkout: Path, page: Page) -> None:
    page.goto(f"{address}/nowhere")
    expect(page.get_by_role("heading")).to_be_visible(timeout=PATIENCE_MS)
    source = checkout / PAGE
    source.write_text(source.read_text().replace("rx.el.h1(", 'rx.el.p("Changed while you look"), rx.el.h1('))
    # All pages are compiled again, which takes seconds of the processor: on a machine with much to do, minutes.
    expect(page.get_by_text("Changed while you look")).to_be_visible(timeout=4 * PATIENCE_MS)
