"""Real databases for tests: one PostgreSQL a test run, one migrated template in it, and copies of that.

The processes of a run (pytest-xdist has several) share the server through its folder: the first that needs it starts
it, the last to leave stops it.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

from chat_app.launch.database.cluster import running
from chat_app.launch.database.postgres import EmbeddedPostgres

FOLDER_VARIABLE = "PARLEY_TEST_POSTGRES"
TEMPLATE = "template"
TEMPLATE_LOCK = "template.lock"
UNSAFE_BUT_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "300",  # of three workers, each with its tests' own and those of several sites
}


def choose_folder() -> Path:
    """Name the folder of this run's server, for this process and those that it starts. Starts nothing."""
    folder = tempfile.mkdtemp(prefix="parley-tests-")
    os.environ[FOLDER_VARIABLE] = folder
    return Path(folder)


def remove_folder(folder: Path) -> None:
    """End the run: stop a server that a killed worker may have left, and remove the data."""
    if (folder / TEMPLATE_LOCK).exists() and running((server := EmbeddedPostgres(folder)).folder):
        server.start()
        server.stop()
    shutil.rmtree(folder, ignore_errors=True)
    os.environ.pop(FOLDER_VARIABLE, None)


class Databases:
    """The run's server, as this process uses it."""

    def __init__(self, url: str) -> None:
        self._server = url.rpartition("/")[0]

    def url(self, name: str) -> str:
        """The SQLAlchemy URL of a database."""
        return f"{self._server}/{name}"

    def create(self, name: str | None = None) -> str:
        """Make a new database with all tables, empty; returns its URL."""
        name = name or f"test_{uuid4().hex}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}" STRATEGY FILE_COPY')
        return self.url(name)

    def create_blank(self) -> str:
        """Make a new database without any table; returns its URL."""
        name = f"blank_{uuid4().hex}"
        self._execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop a database, with all its connections."""
        self._execute(f'DROP DATABASE IF EXISTS "{url.rpartition("/")[2]}" WITH (FORCE)')

    @contextmanager
    def away(self, url: str) -> Iterator[None]:
        """Have a database take no connections for a while, and end those that it has."""
        name = url.rpartition("/")[2]
        self._execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        self._execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        try:
            yield
        finally:
            self._execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')

    def make_template(self, lock: Path) -> None:
        """Migrate the template, unless another process of this run has."""
        with lock.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            with self._connect() as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone()
            if known is None:
                from chat_app.launch.database.migrations import migrate  # half a second, needed once a run

                self._execute(f'CREATE DATABASE "{TEMPLATE}"')
                migrate(self.url(TEMPLATE))

    def _execute(self, statement: str) -> None:
        with self._connect() as connection:
            connection.execute(statement)

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self.url("postgres").replace("+psycopg", ""), autocommit=True)


@contextmanager
def run_databases() -> Iterator[Databases]:
    """Join the run's server for as long as the context is open."""
    folder = Path(os.environ[FOLDER_VARIABLE])
    with EmbeddedPostgres(folder, UNSAFE_BUT_FAST) as url:
        databases = Databases(url)
        databases.make_template(folder / TEMPLATE_LOCK)
        yield databases
