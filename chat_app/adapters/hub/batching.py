"""What both hubs share: ops published while a delivery is under way leave together in the next one."""

import asyncio
from abc import ABC, abstractmethod

import structlog

from chat_app.core.live.ports import Op, Receiver

Batch = dict[str, list[Op]]

log = structlog.get_logger()


class BatchingHub(ABC):
    """A hub whose ops wait, at most for one turn of the event loop when idle, to be sent by one task in order."""

    def __init__(self) -> None:
        self._receivers: list[Receiver] = []
        self._pending: Batch = {}
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to carry."""
        self._task = asyncio.create_task(self._serve(), name="hub")

    async def stop(self) -> None:
        """Send what is pending, then end."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._flush()

    def subscribe(self, receiver: Receiver) -> None:
        """Have ``receiver`` called for every channel."""
        self._receivers.append(receiver)

    def publish(self, channel: str, op: Op) -> None:
        """Send ``op`` on ``channel``; returns at once."""
        self._pending.setdefault(channel, []).append(op)
        self._wake.set()

    @abstractmethod
    async def _send(self, batch: Batch) -> None: ...

    async def _serve(self) -> None:
        while True:
            await self._wake.wait()
            await self._flush()

    async def _flush(self) -> None:
        self._wake.clear()
        batch, self._pending = self._pending, {}
        if batch:
            await self._send(batch)

    async def _receive(self, channel: str, ops: list[Op]) -> None:
        for receiver in self._receivers:
            try:
                await receiver(channel, ops)
            except Exception:
                # One broken receiver must not silence the room for the others.
                log.exception("hub_receiver_failed", channel=channel)
