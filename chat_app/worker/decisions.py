"""Have the AI decide, in rooms that have fallen silent, whether it joins in."""

import asyncio
from contextlib import suppress
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from chat_app.core.ai.decisions.decider import Decider
from chat_app.core.ai.decisions.queue import NextDecision
from chat_app.core.ai.events import DecisionAwaited, RunEnded
from chat_app.core.kernel.errors import Unavailable
from chat_app.core.kernel.work.tasks import end_tasks

POLL_SECONDS: Final = 3.0
"""The seconds between polls, which find decisions that other processes queued."""

LEAST_SECONDS: Final = 0.05
AT_ONCE: Final = 20

log = structlog.get_logger()


class DecisionWorker:
    """Decides in a process."""

    def __init__(self, decider: Decider) -> None:
        self._decider = decider
        self._wake = asyncio.Event()
        self._overdue = True
        """Whether decisions may wait for the end of an answer."""
        self._deciding: set[asyncio.Task[None]] = set()

    async def on_event(self, event: object) -> None:
        """Look again: a silence has begun, or an answer has ended for which a decision waits."""
        if isinstance(event, DecisionAwaited) or (self._overdue and isinstance(event, RunEnded)):
            self._wake.set()

    async def stop(self) -> None:
        """Stop deciding. Undecided rooms stay silent."""
        await end_tasks(self._deciding)

    async def take_due(self) -> None:
        """Take decisions when they are due, until cancelled."""
        while True:
            self._wake.clear()
            self._overdue, waiting = True, NextDecision()
            try:
                claimed, waiting = await self._decider.claim(AT_ONCE - len(self._deciding))
                self._overdue = waiting.overdue
                for decision_id in claimed:
                    self._decide(decision_id)
            except Unavailable as error:
                log.warning("decisions_not_taken", code=error.code)
            except Exception:
                log.exception("decisions_not_taken")
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pause(waiting.due)):
                    await self._wake.wait()

    def _pause(self, due: datetime | None) -> float:
        """Return the seconds until the next decision is due, or the next poll."""
        seconds = (due - self._decider.now()).total_seconds() if due else POLL_SECONDS
        return min(max(seconds, LEAST_SECONDS), POLL_SECONDS)

    def _decide(self, decision_id: UUID) -> None:
        task = asyncio.create_task(self._decider.decide(decision_id))
        self._deciding.add(task)
        task.add_done_callback(self._decided)

    def _decided(self, task: asyncio.Task[None]) -> None:
        self._deciding.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Unavailable):  # it is given up later, and is silence
            log.warning("decision_not_made", code=error.code)
        elif error:
            log.error("decision_crashed", exc_info=error)
        if len(self._deciding) == AT_ONCE - 1:
            self._wake.set()
