"""Summarise rooms whose messages did not fit into a model's window, after the answer."""

import asyncio
from typing import Final
from uuid import UUID

import structlog

from chat_app.core.ai.events import WindowOverflowed
from chat_app.core.ai.summaries.summariser import Summariser
from chat_app.core.kernel.errors import Unavailable
from chat_app.core.kernel.work.tasks import end_tasks

AT_ONCE: Final = 4

log = structlog.get_logger()


class SummaryWorker:
    """Summarises in a process, one summary of a room at a time. A failed summary is made at the room's next need."""

    def __init__(self, summariser: Summariser) -> None:
        self._summariser = summariser
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._making: dict[UUID, asyncio.Task[None]] = {}

    async def on_event(self, event: object) -> None:
        """Summarise a room, unless that is being done."""
        if isinstance(event, WindowOverflowed) and event.room_id not in self._making:
            task = asyncio.create_task(self._make(event.room_id, event.message_id))
            self._making[event.room_id] = task
            task.add_done_callback(lambda _: self._making.pop(event.room_id, None))

    async def stop(self) -> None:
        """Make no more."""
        await end_tasks(self._making.values())

    async def _make(self, room_id: UUID, until: UUID) -> None:
        try:
            async with self._slots:
                await self._summariser.summarise(room_id, until)
        except (Unavailable, TimeoutError) as error:
            log.warning("summary_not_made", room=str(room_id), error=type(error).__name__)
        except Exception:
            log.exception("summary_not_made", room=str(room_id))
