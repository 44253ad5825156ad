"""Batch ops: those that arrive while a batch is being sent form the next one."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from chat_app.core.kernel.work.tasks import Endless
from chat_app.core.live.ports import Op

Batch = dict[str, list[Op]]

log = structlog.get_logger()


class Batches:
    """Queues ops, which one task sends in order, without a delay when idle."""

    def __init__(self, send: Callable[[Batch], Awaitable[None]], name: str) -> None:
        self._send = send
        self._pending: Batch = {}
        self._wake = asyncio.Event()
        self._stopping = False
        self._task = Endless(self._serve, name)

    @property
    def runs(self) -> bool:
        """Return whether the task is running."""
        return self._task.runs

    def start(self) -> None:
        """Start sending."""
        self._task.start()

    async def stop(self) -> None:
        """Send the pending ops, then end."""
        self._stopping = True
        self._task.let_end()
        self._wake.set()
        await self._task.join()

    def put(self, channel: str, op: Op) -> None:
        """Queue ``op`` for ``channel``; return at once."""
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
                # An op that cannot be sent is lost, which clients notice; later ones must still be sent.
                log.exception("hub_batch_lost", channels=len(batch))
