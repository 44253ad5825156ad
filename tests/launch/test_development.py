"""`python -m chat_app dev` in a checkout of its own, seen in a browser."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.launch.conftest import PATIENCE_MS, ROOT, Parley, open_folder

LEFT_OUT = shutil.ignore_patterns(
    *(".git", ".venv", ".parley*", ".bench", ".hypothesis", ".*_cache", "node_modules", "tests", "docs")
)
PAGE = Path("chat_app/ui/not_found/page.py")
ROUTES = Path("chat_app/ui/routes.py")
FEW = """_OF_PEOPLE = {"/": home}
_OF_ANYBODY = {"/sign-in": sign_in, "404": not_found}


def add_pages("""
"""Few pages in place of all, each of which costs half a second of the processor, twice. Every build has them all."""


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
        routes.write_text(routes.read_text().replace("def add_pages(", FEW))
        yield top / "parley"


@pytest.fixture
def address(parley: Callable[..., Parley], checkout: Path, folder: Path, free_port: int) -> Iterator[str]:
    running = parley("dev", cwd=checkout, PORT=str(free_port), PARLEY_DATA_DIR=str(folder))
    running.wait_for("App running at")
    yield f"http://127.0.0.1:{free_port}"
    running.process.send_signal(signal.SIGTERM)
    running.process.wait()


@pytest.mark.timeout(900)  # builds pages, on a machine that may be busy with other tests
def test_a_page_changes_in_the_browser_when_its_file_does(address: str, checkout: Path, page: Page) -> None:
    page.goto(f"{address}/nowhere")
    expect(page.get_by_role("heading")).to_be_visible(timeout=PATIENCE_MS)
    source = checkout / PAGE
    source.write_text(source.read_text().replace("rx.el.h1(", 'rx.el.p("Changed while you look"), rx.el.h1('))
    # The pages are compiled again: on a machine with much to do, that takes minutes.
    expect(page.get_by_text("Changed while you look")).to_be_visible(timeout=4 * PATIENCE_MS)
