"""Run the embedded PostgreSQL, one server per checkout, if no `DATABASE_URL` is set.

It listens on loopback TCP only (without a socket file, so the length of a path does not matter), with a password in a
0600 file beside the cluster. Any number of processes can use it at once: the first starts it, the last one stops it. A
server that a killed process has left running is reused. A killed server is started again, also while the site runs, and
PostgreSQL recovers all committed data.
"""

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from threading import Event, Thread
from types import MappingProxyType, TracebackType
from typing import Final

import psycopg
import structlog

from chat_app.launch.database import cluster as pg_cluster
from chat_app.launch.database.cluster import NAME
from chat_app.launch.database.home import Home, find_home
from chat_app.starting.errors import LaunchError

WATCH_SECONDS: Final = 1.0
"""The seconds between looks whether the server has died."""

log = structlog.get_logger()

_NO_OPTIONS: Mapping[str, str] = MappingProxyType({})


class EmbeddedPostgres:
    """The PostgreSQL of one data folder, as a context manager whose value is its URL, or by `start` and `stop`.

    `options` are server settings (``{"fsync": "off"}`` for tests that need no durability). They count only for the
    process that really starts the server.
    """

    def __init__(self, data_dir: Path, options: Mapping[str, str] = _NO_OPTIONS) -> None:
        self._data_dir = Path(data_dir)
        self._options = options
        self._found: Home | None = None
        self._presence: TextIOWrapper | None = None

    def __enter__(self) -> str:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def folder(self) -> Path:
        """Return the folder of the cluster: the data folder, or a system folder if PostgreSQL cannot read root's."""
        return self._home.folder

    @property
    def is_new(self) -> bool:
        """Return whether this is the first start, which takes some seconds more."""
        return not (self.folder / "pg").exists()

    @property
    def _home(self) -> Home:
        self._found = self._found or find_home(self._data_dir)
        return self._found

    def start(self) -> str:
        """Start the server, or join the running one, and return its URL. Raises `LaunchError`."""
        try:
            return self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> str:
        with _exclusive(self.folder):
            if self.is_new:
                pg_cluster.initialise(self._home)
            pg_cluster.check_version(self.folder / "pg")
            if not pg_cluster.running(self.folder):
                pg_cluster.launch(self._home, self._options)
            self._presence = _present(self.folder)
            address = pg_cluster.server_address(self.folder)
            _create_database(address)
        return f"postgresql+psycopg://{address}/{NAME}"

    def stop(self) -> None:
        """Leave the server; stop it if no other process uses it."""
        if not self._presence:
            return
        with _exclusive(self.folder):
            if _alone(self._presence) and (postmaster := pg_cluster.running(self.folder)):
                pg_cluster.stop(postmaster)
            self._presence.close()
            self._presence = None

    @contextmanager
    def kept_running(self) -> Iterator[None]:
        """Start the server again, on its port, whenever it has died, as the system may kill it when memory is short."""
        over = Event()
        thread = Thread(target=self._keep_running, args=(over,), name="postgres", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _keep_running(self, over: Event) -> None:
        report = log.error  # a repeated failure is logged once
        while not over.wait(WATCH_SECONDS):
            if pg_cluster.running(self.folder):
                continue
            try:
                with _exclusive(self.folder):
                    if not pg_cluster.running(self.folder):  # another process may have been faster
                        pg_cluster.launch(self._home, self._options)
                log.error("database_died", outcome="it was started again")
                report = log.error
            except (LaunchError, OSError) as error:  # the disk may be full for a while
                report("database_died", outcome="it does not start", error=str(error))
                report = log.debug


@contextmanager
def _exclusive(folder: Path) -> Iterator[None]:
    """Let one process at a time start or stop the server of a folder."""
    with (folder / "pg.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _present(folder: Path) -> TextIOWrapper:
    """Mark this process as a user of the server, until the file is closed or the process dies."""
    presence = (folder / "pg.users").open("w")
    fcntl.flock(presence, fcntl.LOCK_SH)
    return presence


def _alone(presence: TextIOWrapper) -> bool:
    try:
        fcntl.flock(presence, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _create_database(address: str) -> None:
    """Create the database at the first start, or after a start that was killed before this step."""
    try:
        with psycopg.connect(f"postgresql://{address}/postgres", autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                connection.execute(f'CREATE DATABASE "{NAME}"')
    except psycopg.OperationalError as error:
        raise LaunchError(f"The embedded PostgreSQL refuses us: {str(error).strip().splitlines()[-1]}") from error
