"""The embedded PostgreSQL: a real server of this checkout's own, for whoever has no `DATABASE_URL`.

It listens on loopback TCP alone (no socket file, so the length of a path does not matter) and asks for a password
that lies in a 0600 file beside the cluster. Any number of processes may use it at once: the first starts it, the last
to leave stops it. A server left behind by a killed process is taken over; one that was itself killed is started
again, and PostgreSQL recovers all that was committed.
"""

import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from types import MappingProxyType, TracebackType

import psutil
import psycopg

from chat_app.launch.errors import LaunchError
from chat_app.launch.pg_home import MAJOR, Home, find_home

NAME = "parley"  # of the superuser and of the database
_START_SECONDS = 60  # recovery after a crash can take long
_STOP_SECONDS = 20
_STATUS_LINE = 7  # of postmaster.pid
_PORT_LINE = 3
_NO_OPTIONS: Mapping[str, str] = MappingProxyType({})


class EmbeddedPostgres:
    """The PostgreSQL of one data folder, as a context manager whose value is its URL, or by `start` and `stop`.

    `options` are server settings (``{"fsync": "off"}`` for tests that need no durability). They count only for the
    process that really starts the server.
    """

    def __init__(self, data_dir: Path, options: Mapping[str, str] = _NO_OPTIONS) -> None:
        self._data_dir = Path(data_dir)
        self._options = options
        self._home: Home | None = None
        self._presence: TextIOWrapper | None = None

    def __enter__(self) -> str:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def folder(self) -> Path:
        """Where the cluster really is: the data folder, or a system folder if root's is closed to PostgreSQL."""
        self._home = self._home or find_home(self._data_dir)
        return self._home.folder

    def start(self) -> str:
        """Start the server, or join the one that runs, and return its URL. Raises `LaunchError`."""
        folder = self.folder
        assert self._home
        with _exclusive(folder):
            if not (folder / "pg").exists():
                _initialise(self._home)
            _check_version(folder / "pg")
            if not running(folder):
                _launch(self._home, self._options)
            self._presence = _present(folder)
            server = f"{NAME}:{(folder / 'pg.password').read_text()}@127.0.0.1:{_pid_file(folder)[_PORT_LINE]}"
            _create_database(f"postgresql://{server}/postgres")
        return f"postgresql+psycopg://{server}/{NAME}"

    def stop(self) -> None:
        """Leave the server; stop it if no other process uses it."""
        if not self._presence:
            return
        with _exclusive(self.folder):
            if _alone(self._presence) and (postmaster := running(self.folder)):
                _stop(postmaster)
            self._presence.close()
            self._presence = None


def running(folder: Path) -> psutil.Process | None:
    """Return the postmaster of the cluster in `folder`, if it is alive.

    A pid alone proves nothing: after a restart of the machine it may be anyone's.
    """
    try:
        postmaster = psutil.Process(int(_pid_file(folder)[0]))
        return postmaster if str(folder / "pg") in postmaster.cmdline() else None
    except (IndexError, ValueError, psutil.Error):
        return None


def _pid_file(folder: Path) -> list[str]:
    try:
        return [line.strip() for line in (folder / "pg" / "postmaster.pid").read_text().splitlines()]
    except FileNotFoundError:
        return []


@contextmanager
def _exclusive(folder: Path) -> Iterator[None]:
    """Let one process at a time start or stop the server of a folder."""
    with (folder / "pg.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _present(folder: Path) -> TextIOWrapper:
    """Say that this process uses the server, until the file is closed or the process dies in any way."""
    presence = (folder / "pg.users").open("w")
    fcntl.flock(presence, fcntl.LOCK_SH)
    return presence


def _alone(presence: TextIOWrapper) -> bool:
    try:
        fcntl.flock(presence, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _initialise(home: Home) -> None:
    """Make the cluster in a folder beside and move it into place when it is whole."""
    password = secrets.token_urlsafe(24)
    unfinished = home.folder / "pg.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    home.give(unfinished)
    secret = home.folder / "pg.password"
    secret.unlink(missing_ok=True)
    with os.fdopen(os.open(secret, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(password)
    with tempfile.NamedTemporaryFile("w", prefix="parley-") as copy:  # one that the cluster's user may read
        copy.write(password)
        copy.flush()
        home.give(Path(copy.name))
        _initdb(home, unfinished, Path(copy.name))
    unfinished.rename(home.folder / "pg")


def _initdb(home: Home, cluster: Path, password: Path) -> None:
    command = [home.binaries / "initdb", "-D", cluster, "-U", NAME, "-A", "scram-sha-256", f"--pwfile={password}"]
    command += ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, **home.run_options())
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise LaunchError(f"The embedded PostgreSQL cannot be set up in {home.folder}: {' '.join(last)}")


def _check_version(cluster: Path) -> None:
    try:
        found = (cluster / "PG_VERSION").read_text().strip()
    except OSError as error:
        raise LaunchError(f"The embedded PostgreSQL in {cluster} cannot be read: {error.strerror}.") from error
    if found != str(MAJOR):
        raise LaunchError(f"{cluster} is of PostgreSQL {found}, this Parley brings {MAJOR}: dump it and load it anew.")


def _launch(home: Home, options: Mapping[str, str]) -> None:
    """Start the postmaster; a port that was taken meanwhile, or the last of a killed server's children, passes."""
    cluster, log = home.folder / "pg", home.folder / "pg.log"
    _forget_reused_pid(cluster)
    port = _free_port(home.folder / "pg.port")
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        command = [home.binaries / "postgres", "-D", cluster, "-p", str(port), "-c", "listen_addresses=127.0.0.1"]
        command += ["-c", "unix_socket_directories=", "-c", "timezone=UTC", "-c", "log_timezone=UTC"]
        command += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with log.open("w") as output:
            postmaster = subprocess.Popen(command, stdout=output, stderr=output, **home.run_options())
        if _ready(home.folder, postmaster, deadline):
            (home.folder / "pg.port").write_text(str(port))
            return
        postmaster.terminate()
        if "shared memory block" not in (why := log.read_text()) and "Address already in use" not in why:
            break
        port = _free_port(None)
    last = [line for line in log.read_text().splitlines() if "FATAL" in line or "error" in line][:1]
    raise LaunchError(f"The embedded PostgreSQL did not start ({log}): {' '.join(last)}")


def _forget_reused_pid(cluster: Path) -> None:
    """Remove a pid file that names a living process which is not PostgreSQL: the server would believe it."""
    lines = _pid_file(cluster.parent)
    if lines and psutil.pid_exists(int(lines[0] or 0)):
        (cluster / "postmaster.pid").unlink()


def _ready(folder: Path, postmaster: subprocess.Popen[bytes], deadline: float) -> bool:
    while postmaster.poll() is None and time.monotonic() < deadline:
        lines = _pid_file(folder)
        if len(lines) > _STATUS_LINE and lines[0] == str(postmaster.pid) and lines[_STATUS_LINE] == "ready":
            return True
        time.sleep(0.01)
    return False


def _free_port(remembered: Path | None) -> int:
    """Return the port of the last time if it is free, or any free one."""
    wanted = int(remembered.read_text()) if remembered and remembered.exists() else 0
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _create_database(server: str) -> None:
    """Make the database at the first start, or at the one after a start that was killed before it came to that."""
    with psycopg.connect(server, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            connection.execute(f'CREATE DATABASE "{NAME}"')


def _stop(postmaster: psutil.Process) -> None:
    """Stop at once but cleanly (fast), and without ceremony (immediate; recovered at the next start) if that hangs."""
    for how in (signal.SIGINT, signal.SIGQUIT):
        try:
            postmaster.send_signal(how)
            postmaster.wait(_STOP_SECONDS)
        except psutil.NoSuchProcess:
            return
        except psutil.TimeoutExpired:
            continue
        return
