"""Ports for servers of tests, and waiting for a process to listen at one."""

import fcntl
import os
import secrets
import socket
import tempfile
import time
from pathlib import Path

SECONDS = 30.0
PORTS = range(20_000, 32_000)
"""Below those that systems give to connections: a server that starts, or starts again, finds its port free."""
_taken: list[int] = []
"""The locks of this process's ports."""


def free_port() -> int:
    """Return a port that nobody uses, and that no test process is given until this one has ended."""
    while True:
        port = secrets.choice(PORTS)
        if _is_free(port) and _take(port):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _take(port: int) -> bool:
    """Lock the port's file, for as long as this process lives; return whether no other process has."""
    folder = Path(tempfile.gettempdir()) / f"parley-test-ports-{os.geteuid()}"
    folder.mkdir(exist_ok=True)
    lock = os.open(folder / str(port), os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return False
    _taken.append(lock)
    return True


def wait_for_port(port: int) -> None:
    """Return when something listens at a port of this machine; fail when nothing does."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens at {port}")
