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
        self._stopping = False

    async def start(self) -> None:
        """Begin to carry."""
        self._task = asyncio.create_task(self._serve(), name="hub")

    async def stop(self) -> None:
        """Send what is pending, then end."""
        self._stopping = True
        self._wake.set()
        if self._task:
            await self._task

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
        while self._pending or not self._stopping:
            await self._wake.wait()
            self._wake.clear()
            batch, self._pending = self._pending, {}
            try:
                await self._send(batch)
            except Exception:
                # What cannot be sent is lost, as clients will notice; what comes after it must not be.
                log.exception("hub_batch_lost", channels=len(batch))

    async def _receive(self, channel: str, ops: list[Op]) -> None:
        for receiver in self._receivers:
            try:
                await receiver(channel, ops)
            except Exception:
                # One broken receiver must not silence the room for the others.
                log.exception("hub_receiver_failed", channel=channel)
