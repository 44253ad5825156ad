"""A Parley of the bench's own: its database, its server as `make run` starts it, and a scripted vendor of models."""

import asyncio
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from bench.waiting import within
from chat_app.launch.database.migrations import migrate
from chat_app.launch.database.postgres import EmbeddedPostgres
from chat_app.launch.pages.front_end import fingerprint

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".bench"
"""Holds the database between runs, because a million messages take half a minute to make."""

MODEL = "compatible/scripted"
_CALM_SECONDS, _CALM_SHARE = 0.5, 0.04
CALM_MAX = 120.0
START_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Site:
    """A running server, seen from outside."""

    url: str
    database_url: str
    server: psutil.Process
    postmaster: psutil.Process
    started: float
    """Seconds from the start of its process until it could be reached."""

    async def calm(self) -> int:
        """Wait until the server has nothing left to do, and return its resident memory in bytes."""
        await within(self._calm(), "a server with nothing left to do", CALM_MAX)
        return int(self.server.memory_info().rss)

    async def _calm(self) -> None:
        spent = -1.0
        while (now := sum(self.server.cpu_times()[:2])) - spent > _CALM_SECONDS * _CALM_SHARE:
            spent = now
            await asyncio.sleep(_CALM_SECONDS)


@contextmanager
def database() -> Iterator[str]:
    """Run the bench's PostgreSQL, durable like everybody's; the value is its URL."""
    FOLDER.mkdir(exist_ok=True)
    with EmbeddedPostgres(FOLDER) as main:
        url = f"{main.rpartition('/')[0]}/{_fresh_enough(main)}"
        migrate(url)
        yield url


def _fresh_enough(main: str) -> str:
    """Return the name of a database that no other version of the tables has been in; such databases are removed."""
    name = f"bench_{fingerprint(ROOT, ['alembic'])[:12]}"
    with psycopg.connect(main.replace("+psycopg", ""), autocommit=True) as connection:
        found = [row[0] for row in connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'bench\\_%'")]
        for other in set(found) - {name}:
            connection.execute(f'DROP DATABASE "{other}"')
        if name not in found:
            connection.execute(f'CREATE DATABASE "{name}"')
    return name


@contextmanager
def site(database_url: str, **more: str) -> Iterator[Site]:
    """Parley on a port of its own, with ``more`` settings."""
    port = free_port()
    with child("-m", "tests.vendor.server", ready="scripted vendor on (.*)") as (_, vendor):
        settings = {
            "PORT": str(port),
            "DATABASE_URL": database_url,
            "PARLEY_DATA_DIR": str(FOLDER / "data"),
            "PARLEY_DEFAULT_MODEL": MODEL,
            "COMPATIBLE_BASE_URL": f"{vendor}/v1",
            "COMPATIBLE_MODELS": "scripted",
            **more,
        }
        begun = time.monotonic()
        with child("-m", "chat_app", "run", ready="Parley is at ([^ ]*) .*", **settings) as (process, url):
            took = time.monotonic() - begun
            yield Site(url, database_url, psutil.Process(process.pid), _postmaster(database_url), took)


def _postmaster(database_url: str) -> psutil.Process:
    """Return the database's first process, whose children serve the connections."""
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        parent = psutil.Process(connection.info.backend_pid).parent()
    assert parent
    return parent


@contextmanager
def child(*arguments: str, ready: str, **environment: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run a Python process in a bare environment; the value has the first group of its line that matches ``ready``."""
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    log = FOLDER / f"{arguments[1]}.log"
    with log.open("wb") as output:  # a file: a pipe that nobody reads would make it wait
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=bare | environment, stdout=output, stderr=output
        )
    try:
        yield process, _wait_for(ready, log, process)
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(ready: str, log: Path, process: subprocess.Popen[bytes]) -> str:
    ends = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < ends:
        if found := re.search(f"^{ready}$", log.read_text(), re.MULTILINE):
            return found[1]
        time.sleep(0.05)
    raise SystemExit(f"{log}: no line {ready!r}\n{log.read_text()}")


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
