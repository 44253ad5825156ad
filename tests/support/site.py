"""Parley as people meet it: `python -m chat_app run`, a process with a port and a database of its own."""

import json
import os
import signal
from pathlib import Path
from typing import Any

from chat_app.web_session import cookie_name
from tests.support.fork_server.process import ForkedProcess
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
SECRET = "the secret key of all sites of tests"
"""So that a test reads what a site has sealed, and writes what it can read."""

LEFT: list[int] = []
"""Ports of sites that have ended: browsers know the files of their pages, and need not compile them again."""


def port_for_a_site() -> int:
    """Return the port of a site that has ended, or a free one."""
    return LEFT.pop() if LEFT else free_port()


class Site:
    """A server. `environment` has settings besides the port, the database and the data folder."""

    def __init__(self, database_url: str, folder: Path, **environment: str) -> None:
        self.port = int(environment.get("PORT") or port_for_a_site())
        self.database_url = database_url
        self.log = folder / "server.log"
        own = {
            "PARLEY_SECRET_KEY": SECRET,
            "PORT": str(self.port),
            "DATABASE_URL": database_url,
            "PARLEY_DATA_DIR": str(folder / "data"),
        }
        self._environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **own, **environment}
        self._process: ForkedProcess | None = None
        self._read = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def cookie(self) -> str:
        """The name of the cookie that carries a session."""
        return cookie_name(self._environment.get("PARLEY_PUBLIC_URL", self.url))

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start, and return when it can be reached."""
        with self.log.open("a") as log:
            self._process = ForkedProcess("chat_app", "run", environment=self._environment, errors=log)
        if not any("Parley is at" in line for line in self._process.stdout):
            raise AssertionError(self.log.read_text())

    def stop(self, number: int = signal.SIGINT) -> None:
        """Send the signal, and return when the process has ended."""
        if self._process:
            self._process.send_signal(number)
            self._process.wait(60)
            self._process = None

    def leave(self) -> None:
        """Stop for good, and leave the port to the next site."""
        self.stop()
        LEFT.append(self.port)

    def new_errors(self) -> list[dict[str, Any]]:
        """The errors that the server has logged since the last call."""
        with self.log.open() as log:
            log.seek(self._read)
            lines = log.readlines()
            self._read = log.tell()
        return [record for line in lines if (record := _record(line)).get("level") in {"error", "critical"}]


def _record(line: str) -> dict[str, Any]:
    """A line of the log; what is not JSON was not meant to be written and counts as an error."""
    try:
        record = json.loads(line)
    except ValueError:
        record = None
    return record if isinstance(record, dict) else {"level": "error", "event": line}
