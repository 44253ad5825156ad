"""Start `python -m chat_app …` and the like by forking, without the seconds that their imports take."""

import fcntl
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import IO

from tests.support.databases import FOLDER_VARIABLE

ROOT = Path(__file__).parents[3]


@cache
def _fork_server() -> socket.socket:
    """Return a socket that takes requests, of the fork server that the processes of this run share.

    The first that needs it starts it; it ends when the last has ended.
    """
    folder = Path(os.environ[FOLDER_VARIABLE])
    ours, place = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET), str(folder / "forks")
    with (folder / "forks.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            ours.connect(place)
        except OSError:
            _start(place)
            ours.connect(place)
    return ours


def _start(place: str) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        Path(place).unlink(missing_ok=True)
        listener.bind(place)
        listener.listen()
        subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.server", str(listener.fileno())],
            cwd=ROOT,
            pass_fds=[listener.fileno()],
            stdin=subprocess.DEVNULL,
        )


class ForkedProcess:
    """A process that runs `module`, as `subprocess.Popen` would have it; its output is a pipe, `errors` a file."""

    def __init__(self, module: str, *arguments: str, environment: dict[str, str], errors: IO[str]) -> None:
        (reader, output), (status, told) = os.pipe(), os.pipe()
        self.stdout = os.fdopen(reader)
        self._status = os.fdopen(status, "rb", buffering=0)
        self.returncode: int | None = None
        request = {"module": module, "arguments": arguments, "environment": environment, "folder": str(ROOT)}
        socket.send_fds(_fork_server(), [json.dumps(request).encode()], [output, errors.fileno(), told])
        os.close(output)
        os.close(told)
        self._lines = b""
        self.pid = self._next_number(None) or 0
        assert self.pid, "nothing was forked"

    def poll(self) -> int | None:
        """The exit code, once it has ended."""
        return self._ended(0)

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it has not ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float) -> int:
        """Return its exit code when it has ended, and close its output."""
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout)
        self.stdout.close()
        self._status.close()
        return code

    def _ended(self, timeout: float) -> int | None:
        if self.returncode is None:
            self.returncode = self._next_number(timeout)
        return self.returncode

    def _next_number(self, timeout: float | None) -> int | None:
        """The next that the watcher writes: first the process id, then the exit code. Nothing if it takes too long."""
        poll = select.poll()
        poll.register(self._status, select.POLLIN)
        while b"\n" not in self._lines:
            if not poll.poll(None if timeout is None else timeout * 1000):
                return None
            more = self._status.read(64)
            assert more, "the watcher has ended"
            self._lines += more
        line, _, self._lines = self._lines.partition(b"\n")
        return int(line)


def run(module: str, *arguments: str, environment: dict[str, str]) -> tuple[int, str, str]:
    """Run `module` to its end; return its exit code, its output and its errors."""
    with tempfile.TemporaryFile("w+") as errors:
        process = ForkedProcess(module, *arguments, environment=environment, errors=errors)
        output, code = process.stdout.read(), process.wait(90)
        errors.seek(0)
        return code, output, errors.read()
