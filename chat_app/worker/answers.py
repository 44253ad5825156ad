"""Takes queued answers and has them written, many at a time."""

import asyncio
from typing import Final

import structlog

from chat_app.core.ai.events import RunQueued
from chat_app.core.ai.writer import AnswerWriter

POLL_SECONDS: Final = 3.0
"""How often the queue is looked at without being told: for the runs of a process that died."""

AT_ONCE: Final = 100

log = structlog.get_logger()


class AnswerWorker:
    """One per process."""

    def __init__(self, writer: AnswerWriter) -> None:
        self._writer = writer
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.Task[None] | None = None

    async def on_event(self, event: object) -> None:
        """Hear that there is something to write."""
        if isinstance(event, RunQueued):
            self._wake.set()

    async def start(self) -> None:
        """Begin to take answers."""
        self._loop = asyncio.create_task(self._serve(), name="answers")

    async def stop(self) -> None:
        """Take no more; end the present ones as interrupted, their text kept."""
        if self._loop:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        self._writer.interrupt()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self) -> None:
        while True:
            try:
                await self._writer.give_up_abandoned()
                await self._take_all()
            except Exception:
                # The database may be away for a while; the queue is still there when it is back.
                log.exception("answers_not_taken")
            await self._woken()

    async def _woken(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _take_all(self) -> None:
        self._wake.clear()
        while len(self._tasks) < AT_ONCE and (claim := await self._writer.claim_next()):
            task = asyncio.create_task(self._writer.write(claim))
            self._tasks.add(task)
            task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception():
            log.error("answer_crashed", exc_info=task.exception())
        self._wake.set()
