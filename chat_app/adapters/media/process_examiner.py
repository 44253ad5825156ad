"""Examine files in child processes, so that no file can harm the server."""

import asyncio
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeVar

import structlog

from chat_app.adapters.media.process import Child, ChildDied
from chat_app.adapters.media.replies import Reply, fitted, found, read_reply, scaled, squared
from chat_app.adapters.media.turns import ExaminationTurns
from chat_app.core.files.errors import FileRefused
from chat_app.core.files.storage.ports import Examined

SECONDS: Final = 30.0
"""The seconds that the examination of a file may take."""

PAGE_SECONDS: Final = 15.0
"""The seconds that a page may take to be drawn, of which an answer may need several."""

IDLE_SECONDS: Final = 60.0

FILES_PER_CHILD: Final = 200
"""Libraries leak; a process that has seen so many files is replaced."""

T = TypeVar("T")
_log: Final = structlog.get_logger(__name__)


class ProcessExaminer:
    """Keeps a child for each of its ``turns`` while there is work, and ends each that had none for ``idle_seconds``.

    A child that crashes takes its file with it: the file is refused. One that crashes but had looked into other files
    may have been hurt by those, so that a fresh one tries again.
    """

    def __init__(
        self, *, seconds: float = SECONDS, idle_seconds: float = IDLE_SECONDS, turns: ExaminationTurns | None = None
    ) -> None:
        self._seconds = seconds
        self._idle_seconds = idle_seconds
        self._turns = turns or ExaminationTurns()
        self._idle: dict[Child, asyncio.TimerHandle] = {}
        self._ending: set[asyncio.Task[None]] = set()

    async def examine(self, path: Path, *, name: str, declared: str, into: Path) -> Examined:
        """Return the findings about a file. Raises ``FileRefused``; ``OSError`` if the disk cannot be used."""
        question = {"path": str(path), "name": name, "declared": declared, "into": str(into)}
        return await self._answer(question, lambda reply: found(reply, into))

    async def scale(self, path: Path, into: Path, longest: int, page: int = 0) -> str:
        """Write a picture that models take into a file, and return its type. Raises as :meth:`examine`."""
        question = {"path": str(path), "into": str(into), "longest": longest, "page": page}
        seconds = min(PAGE_SECONDS, self._seconds) if page else self._seconds
        return await self._answer(question, lambda reply: scaled(reply, into), seconds)

    async def square(self, path: Path, into: Path, side: int) -> None:
        """Write the middle square of a picture. Raises as :meth:`examine`."""
        question = {"path": str(path), "into": str(into), "side": side}
        await self._answer(question, lambda reply: squared(reply, into))

    async def fit(self, path: Path, into: Path, width: int, height: int) -> tuple[int, int]:
        """Write a picture as a PNG that fits into a box, and return its size. Raises as :meth:`examine`."""
        question = {"path": str(path), "into": str(into), "box": [width, height]}
        return await self._answer(question, lambda reply: fitted(reply, into, (width, height)))

    async def _answer(
        self, question: Mapping[str, object], take: Callable[[Reply], T], seconds: float | None = None
    ) -> T:
        seconds = seconds or self._seconds
        asked = json.dumps({**question, "seconds": seconds}).encode()
        async with self._turns.taken():
            child = self._take() or await Child.start()
            seasoned = child.asked > 0
            try:
                return await self._look(child, asked, take, seconds)
            except ChildDied:
                pass
            try:
                if seasoned:
                    return await self._look(await Child.start(), asked, take, seconds)
            except ChildDied:
                pass
            _log.warning("examination_crashed", declared=question.get("declared"))
            raise FileRefused("file_broken")

    async def _look(self, child: Child, asked: bytes, take: Callable[[Reply], T], seconds: float) -> T:
        """Send a request to a child. The child is kept only if it has given a valid answer in time."""
        sound = False
        try:
            async with asyncio.timeout(seconds):
                reply = read_reply(await child.ask(asked))
            if reply.why:
                _log.info("file_not_read", why=reply.why)
            sound = True
            return take(reply)
        except TimeoutError:
            raise FileRefused("file_took_too_long") from None
        except ChildDied:
            sound = False
            raise
        finally:
            await self._give_back(child) if sound else await child.kill()

    def _take(self) -> Child | None:
        """Take the idle child that worked last."""
        if not self._idle:
            return None
        child, timer = self._idle.popitem()
        timer.cancel()
        return child

    async def _give_back(self, child: Child) -> None:
        if child.asked >= FILES_PER_CHILD:
            return await child.end()
        timer = asyncio.get_running_loop().call_later(self._idle_seconds, self._dismiss, child)
        self._idle[child] = timer
        return None

    def _dismiss(self, child: Child) -> None:
        """End a child that had no work."""
        del self._idle[child]
        task = asyncio.ensure_future(child.end())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def aclose(self) -> None:
        """End waiting children; working ones end with the tasks that asked them."""
        while child := self._take():
            await child.end()
        await asyncio.gather(*self._ending)
