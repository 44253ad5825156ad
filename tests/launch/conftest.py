"""Folders that PostgreSQL may enter, and Parley as a process of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from chat_app.launch.database.cluster import running, stop
from tests.launch.served import Place
from tests.support import chromium, ports

ROOT = Path(__file__).parents[2]


PATIENCE_MS = 90_000  # a busy machine is no failure
MEMORY = Path("/dev/shm")
ROOMY = 1 << 30


@contextmanager
def open_folder(place: Path | None = None) -> Iterator[Path]:
    """A folder with a space in its name, which anyone may pass through (pytest's own are closed)."""
    top = Path(tempfile.mkdtemp(prefix="parley test ", dir=place))
    top.chmod(0o755)
    yield top
    shutil.rmtree(top)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder, in memory where there is room: making a cluster is mostly waiting for the disk."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOMY
    with open_folder(MEMORY if roomy else None) as top:
        yield top / "data"
        if postmaster := running(top / "data"):
            stop(postmaster)


@pytest.fixture
def free_port() -> int:
    return ports.free_port()


class Parley:
    """A running `python -m chat_app`."""

    def __init__(self, command: str, cwd: Path = ROOT, **environment: str) -> None:
        bare = {"PATH": os.defpath, "HOME": os.environ.get("HOME", "/")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "chat_app", command],
            cwd=cwd,
            env=bare | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_for(self, words: str) -> str:
        """Return the next line of standard output that contains `words`; skip the lines before it."""
        assert self.process.stdout
        for line in self.process.stdout:
            if words in line:
                return line
        raise AssertionError(self.end())

    def end(self) -> tuple[int, str, str]:
        """Wait for the process and return its exit code and the rest of its output and errors."""
        output, errors = self.process.communicate(timeout=90)
        return self.process.returncode, output, errors


@pytest.fixture
def parley() -> Iterator[Callable[..., Parley]]:
    started: list[Parley] = []

    def start(command: str, cwd: Path = ROOT, **environment: str) -> Parley:
        started.append(Parley(command, cwd, **environment))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.wait()


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox"])
        page = browser.new_context(ignore_https_errors=True).new_page()
        page.set_default_timeout(PATIENCE_MS)
        yield page
        browser.close()


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async with Place() as place:
        yield place
