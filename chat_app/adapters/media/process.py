"""A child process that examines files, one after another."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path
from typing import Final

from chat_app.adapters.media.frames import FRAME_MAX, HEAD, framed

_ROOT: Final = Path(__file__).parents[3]
_COMMAND: Final = (sys.executable, "-s", "-m", "chat_app.adapters.media.child")
_GOODBYE_SECONDS: Final = 2.0


class ChildDied(Exception):
    """The child has ended, or answers what cannot be an answer."""


class Child:
    """Wraps the child process. Its environment is empty, so it has none of the server's secrets."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.asked = 0
        """The number of files it was given."""

    @property
    def pid(self) -> int:
        """Return the number of the process."""
        return self._process.pid

    @classmethod
    async def start(cls) -> "Child":
        """Start a process."""
        environment = {"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1"}
        return cls(
            await asyncio.create_subprocess_exec(*_COMMAND, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment)
        )

    async def ask(self, question: bytes) -> bytes:
        """Return the answer to a question. Raises ``ChildDied``."""
        self.asked += 1
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(framed(question))
            await stdin.drain()
            [size] = HEAD.unpack(await stdout.readexactly(HEAD.size))
            if size > FRAME_MAX:
                raise ChildDied
            return await stdout.readexactly(size)
        except (OSError, asyncio.IncompleteReadError):
            raise ChildDied from None

    async def kill(self) -> None:
        """End the process at once."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def end(self) -> None:
        """End an idle process, which ends when nothing more can come."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _GOODBYE_SECONDS)
        except TimeoutError:
            await self.kill()
