"""Tasks that run as long as the process."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any, Final

import structlog

AGAIN_SECONDS: Final = 0.5
END_SECONDS: Final = 3.0
"""The seconds that cancelled tasks have to write their end."""

log = structlog.get_logger()


async def end_tasks(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel tasks, and cancel again those that cannot write their end because the database is unavailable; return when
    all have ended.
    """
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=END_SECONDS)


class Endless:
    """Runs ``work``, and restarts it whenever it ends or fails."""

    def __init__(self, work: Callable[[], Awaitable[None]], name: str) -> None:
        self._work, self._name = work, name
        self._task: asyncio.Task[None] | None = None
        self._stopping = False

    @property
    def runs(self) -> bool:
        """Return whether it is running."""
        return self._task is not None and not self._task.done()

    def start(self) -> None:
        """Start the task."""
        self._task = asyncio.create_task(self._run(), name=self._name)
        self._task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """Stop the task for good."""
        self.let_end()
        while self.runs and self._task:  # a cancellation may be lost in work that fails while it is being cancelled
            self._task.cancel()
            await asyncio.wait([self._task], timeout=AGAIN_SECONDS)

    def let_end(self) -> None:
        """Do not restart the task after it ends."""
        self._stopping = True

    async def join(self) -> None:
        """Wait until the task has ended."""
        if self._task:
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        await self._work()

    def _ended(self, task: asyncio.Task[None]) -> None:
        if self._stopping:
            return
        error = None if task.cancelled() else task.exception()
        log.error("task_ended", task=self._name, exc_info=error)
        task.get_loop().call_later(AGAIN_SECONDS, self._again)

    def _again(self) -> None:
        if not self._stopping:
            self.start()
