"""Ops on their way: those that are put in while a batch is being sent leave together in the next one."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from chat_app.core.kernel.tasks import Endless
from chat_app.core.live.ports import Op

Batch = dict[str, list[Op]]

log = structlog.get_logger()


class Batches:
    """Ops wait, at most for one turn of the event loop when idle, to be sent by one task in order."""

    def __init__(self, send: Callable[[Batch], Awaitable[None]], name: str) -> None:
        self._send = send
        self._pending: Batch = {}
        self._wake = asyncio.Event()
        self._stopping = False
        self._task = Endless(self._serve, name)

    @property
    def runs(self) -> bool:
        """Whether what is put in is sent."""
        return self._task.runs

    def start(self) -> None:
        """Begin to send."""
        self._task.start()

    async def stop(self) -> None:
        """Send what is pending, then end."""
        self._stopping = True
        self._task.let_end()
        self._wake.set()
        await self._task.join()

    def put(self, channel: str, op: Op) -> None:
        """Have ``op`` sent on ``channel``; returns at once."""
        self._pending.setdefault(channel, []).append(op)
        self._wake.set()

    async def _serve(self) -> None:
        while self._pending or not self._stopping:
            await self._wake.wait()
            self._wake.clear()
            batch, self._pending = self._pending, {}
            try:
                await self._send(batch)
            except Exception:
                # What cannot be sent is lost, as clients will notice; what comes after it must not be.
                log.exception("hub_batch_lost", channels=len(batch))
