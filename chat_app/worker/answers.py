"""Claim queued answers and write them, many at a time."""

import asyncio
from contextlib import suppress
from typing import Final
from uuid import UUID

import structlog

from chat_app.core.ai.answers.writing.writer import AnswerWriter
from chat_app.core.ai.events import PlaceFreed, RunEnded, RunQueued
from chat_app.core.ai.tool_use.events import AnswerRests
from chat_app.core.kernel.errors import Unavailable
from chat_app.core.kernel.work.tasks import end_tasks

POLL_SECONDS: Final = 3.0
"""The seconds between polls of the queue, which find runs that other processes queued or abandoned."""

AT_ONCE: Final = 100
"""Answers that a process writes at once; those that wait for a person to decide about a call are not among them."""

STOP_SECONDS: Final = 5.0
"""The seconds that answers have to record their end at shutdown."""

log = structlog.get_logger()


class AnswerWorker:
    """Writes the answers of a process."""

    def __init__(self, writer: AnswerWriter) -> None:
        self._writer = writer
        self._wake = asyncio.Event()
        self._writing: set[asyncio.Task[None]] = set()

    async def on_event(self, event: object) -> None:
        """Wake up: there is a queued run, one that waited for this end, or a place for one."""
        if isinstance(event, RunQueued | RunEnded | AnswerRests | PlaceFreed):
            self._wake.set()

    async def stop(self) -> None:
        """End the present answers as interrupted, and keep their text. No new ones begin by now."""
        self._writer.interrupt()
        if self._writing:
            _, late = await asyncio.wait(self._writing, timeout=STOP_SECONDS)
            await end_tasks(late)
        await self._writer.stop()

    async def take_queued(self) -> None:
        """Claim runs until cancelled."""
        while True:
            self._wake.clear()
            try:
                if (free := self._free()) > 0 and await self._writer.take(free, self._write):
                    self._wake.set()
            except Unavailable as error:
                # The database may be away for a while; the queue is still there when it is back.
                log.warning("answers_not_taken", code=error.code)
            except Exception:
                log.exception("answers_not_taken")
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._wake.wait()

    async def end_abandoned(self) -> None:
        """End the abandoned runs of other processes, until cancelled."""
        while True:
            try:
                await self._writer.give_up_abandoned()
            except Unavailable as error:
                log.warning("abandoned_answers_not_ended", code=error.code)
            except Exception:
                log.exception("abandoned_answers_not_ended")
            await asyncio.sleep(POLL_SECONDS)

    def _write(self, run_id: UUID) -> None:
        task = asyncio.create_task(self._writer.write(run_id))
        self._writing.add(task)
        task.add_done_callback(self._written)

    def _written(self, task: asyncio.Task[None]) -> None:
        self._writing.discard(task)
        if not task.cancelled() and task.exception():
            log.error("answer_crashed", exc_info=task.exception())
        if self._free() == 1:
            self._wake.set()

    def _free(self) -> int:
        """Return the free places; fewer than none if many answers go on at once that have waited for people."""
        return AT_ONCE - len(self._writing) + self._writer.resting
