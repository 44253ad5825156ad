"""The hub of a site that is one process."""

from collections.abc import Callable, Sequence

import structlog

from chat_app.adapters.hub.batching import Batch, Batches
from chat_app.core.live.ports import Op, Receiver

log = structlog.get_logger()


class MemoryHub:
    """Delivers ops to the receivers of this process."""

    def __init__(self) -> None:
        self._receivers: list[Receiver] = []
        self._missed: list[Callable[[], None]] = []
        self._local = Batches(self._receive_all, "hub")

    async def start(self) -> None:
        """Start delivering."""
        self._local.start()

    async def stop(self) -> None:
        """Deliver the pending ops, then end."""
        await self._local.stop()

    def subscribe(self, receiver: Receiver, missed: Callable[[], None] | None = None) -> None:
        """Call ``receiver`` for every channel, and ``missed`` when ops of other processes may have been lost."""
        self._receivers.append(receiver)
        if missed:
            self._missed.append(missed)

    def publish(self, channel: str, op: Op) -> None:
        """Publish ``op`` on ``channel``; return at once."""
        self._local.put(channel, op)

    @property
    def is_shared(self) -> bool:
        """Return whether other processes publish too: never."""
        return False

    @property
    def hears(self) -> bool:
        """Return whether ops of other processes arrive now: there are none."""
        return True

    async def healthy(self) -> bool:
        """Return whether ops would arrive now."""
        return self._local.runs

    async def _receive_all(self, batch: Batch) -> None:
        for channel, ops in batch.items():
            await self._receive(channel, ops)

    async def _receive(self, channel: str, ops: Sequence[Op]) -> None:
        for receiver in self._receivers:
            try:
                await receiver(channel, ops)
            except Exception:
                # One receiver that fails must not stop the room's ops for the others.
                log.exception("hub_receiver_failed", channel=channel)
