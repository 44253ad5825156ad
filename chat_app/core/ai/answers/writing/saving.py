"""Save the texts of the answers that are being written: all that wait together in one transaction."""

import asyncio
from contextvars import Context as Variables
from uuid import UUID

from chat_app.core.ai.runs.changing import keep_alive, resume
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.work.written import Written


class Saving:
    """Saves texts in groups: texts that arrive while a group is being committed form the next group."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._waiting: dict[UUID, tuple[Written, asyncio.Future[bool | None]]] = {}
        self._task: asyncio.Task[None] | None = None

    async def save(self, run_id: UUID, written: Written) -> bool:
        """Save the text of an answer so far, and renew its run's heartbeat; return whether the run should continue.
        Raises the errors of the database.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[bool | None] = loop.create_future()
        self._waiting[run_id] = (written, done)
        if self._task is None:
            self._task = loop.create_task(self._serve(), context=Variables())  # the end of one answer ends no group
        if (continues := await done) is not None:
            return continues
        async with self._work.begin() as ctx:
            return await resume(ctx, run_id, written)

    async def stop(self) -> None:
        """Save no more: the answers have ended."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _serve(self) -> None:
        """Save group after group until none waits."""
        try:
            while self._waiting:
                group, self._waiting = self._waiting, {}
                await self._save(group)
        finally:
            self._task = None

    async def _save(self, group: dict[UUID, tuple[Written, asyncio.Future[bool | None]]]) -> None:
        waiting = {run_id: done for run_id, (_, done) in group.items()}
        try:
            async with self._work.begin() as ctx:
                continues = await keep_alive(ctx, {run_id: written for run_id, (written, _) in group.items()})
        except Exception as error:
            for done in waiting.values():
                if not done.done():
                    done.set_exception(error)
        else:
            for run_id, done in waiting.items():
                if not done.done():
                    done.set_result(continues.get(run_id))
