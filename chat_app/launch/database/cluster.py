"""Manage the files and the postmaster of an embedded cluster, as `postgres.py` decides."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

from chat_app.launch.database.home import MAJOR, Home
from chat_app.starting.errors import LaunchError

NAME = "parley"  # of the superuser and of the database
_START_SECONDS = 60  # recovery after a crash can take long
_STOP_SECONDS = 20
_PID_LINE, _PORT_LINE, _STATUS_LINE = 0, 3, 7  # of postmaster.pid
_PORT_TAKEN = "Address already in use"
_PASSES_BY_ITSELF = (_PORT_TAKEN, "shared memory block")  # kept open by the children of a killed server


def server_address(folder: Path) -> str:
    """Return ``user:password@host:port`` of the running server."""
    try:
        password = (folder / "pg.password").read_text()
    except OSError as error:
        raise LaunchError(f"The database's password {folder / 'pg.password'}: {error.strerror}.") from error
    return f"{NAME}:{password}@127.0.0.1:{_pid_file(folder)[_PORT_LINE]}"


def running(folder: Path) -> psutil.Process | None:
    """Return the postmaster of the cluster in `folder`, if it is alive.

    A pid alone proves nothing: after a restart of the machine it may belong to another process.
    """
    try:
        postmaster = psutil.Process(int(_pid_file(folder)[_PID_LINE]))
        return postmaster if str(folder / "pg") in postmaster.cmdline() else None
    except (IndexError, ValueError, psutil.Error):
        return None


def _pid_file(folder: Path) -> list[str]:
    try:
        return [line.strip() for line in (folder / "pg" / "postmaster.pid").read_text().splitlines()]
    except FileNotFoundError:
        return []


def initialise(home: Home) -> None:
    """Create the cluster in a temporary folder and move it into place when it is complete."""
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
        _initdb(home, unfinished, copy.name)
    unfinished.rename(home.folder / "pg")


def _initdb(home: Home, cluster: Path, password_file: str) -> None:
    command = [str(home.binaries / "initdb"), "-D", str(cluster), "-U", NAME]
    command += ["-A", "scram-sha-256", f"--pwfile={password_file}"]
    command += ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, **home.run_options())
    if done.returncode:
        why = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise LaunchError(f"The embedded PostgreSQL cannot be set up in {home.folder}: {' '.join(why)}")


def check_version(cluster: Path) -> None:
    """Raise a `LaunchError` unless our PostgreSQL can run this cluster."""
    try:
        found = (cluster / "PG_VERSION").read_text().strip()
    except OSError as error:
        raise LaunchError(f"The embedded PostgreSQL in {cluster} cannot be read: {error.strerror}.") from error
    if found != str(MAJOR):
        raise LaunchError(f"{cluster} is of PostgreSQL {found}, this Parley brings {MAJOR}: dump and restore it.")


def launch(home: Home, options: Mapping[str, str]) -> None:
    """Start the postmaster and wait until it accepts connections. Raises `LaunchError`."""
    _forget_reused_pid(home.folder)
    log, deadline = home.folder / "pg.log", time.monotonic() + _START_SECONDS
    remembered = home.folder / "pg.port"
    port = _free_port(int(remembered.read_text()) if remembered.exists() else 0)
    while not _start(home, options, port, deadline):
        lines = log.read_text()
        if time.monotonic() > deadline or not any(why in lines for why in _PASSES_BY_ITSELF):
            why = [line for line in lines.splitlines() if "FATAL" in line or "error" in line]
            raise LaunchError(f"The embedded PostgreSQL did not start ({log}): {' '.join(why[:1])}")
        port = _free_port(0 if _PORT_TAKEN in lines else port)  # processes that use the server know its port
    remembered.write_text(str(port))


def _start(home: Home, options: Mapping[str, str], port: int, deadline: float) -> bool:
    """Start a postmaster on `port`; return whether it accepts connections."""
    command = [str(home.binaries / "postgres"), "-D", str(home.folder / "pg"), "-p", str(port)]
    fixed = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "timezone": "UTC", "log_timezone": "UTC"}
    command += [word for name, value in {**fixed, **options}.items() for word in ("-c", f"{name}={value}")]
    with (home.folder / "pg.log").open("w") as log:
        postmaster = subprocess.Popen(command, stdout=log, stderr=log, **home.run_options())
    try:
        while postmaster.poll() is None and time.monotonic() < deadline:
            lines = _pid_file(home.folder)
            if lines[_STATUS_LINE:] == ["ready"] and lines[_PID_LINE] == str(postmaster.pid):
                return True
            time.sleep(0.01)
    except BaseException:  # Ctrl-C above all
        postmaster.send_signal(signal.SIGINT)
        raise
    postmaster.kill()
    return False


def _forget_reused_pid(folder: Path) -> None:
    """Remove a pid file that names a living process which is not PostgreSQL, since the server would believe it."""
    lines = _pid_file(folder)
    if lines and psutil.pid_exists(int(lines[_PID_LINE] or 0)):
        (folder / "pg" / "postmaster.pid").unlink()


def _free_port(wanted: int) -> int:
    """Return `wanted` if it is free, or any free port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def stop(postmaster: psutil.Process) -> None:
    """Stop fast but cleanly; stop immediately, with recovery at the next start, if that hangs."""
    for how in (signal.SIGINT, signal.SIGQUIT):
        deadline = time.monotonic() + _STOP_SECONDS
        try:
            postmaster.send_signal(how)
            while postmaster.status() != psutil.STATUS_ZOMBIE:  # whose parent has not taken note: done all the same
                if time.monotonic() > deadline:
                    break
                time.sleep(0.01)
            else:
                return
        except psutil.NoSuchProcess:
            return
