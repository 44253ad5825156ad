"""The hub of a site that is one process."""

from chat_app.adapters.hub.batching import Batch, BatchingHub


class MemoryHub(BatchingHub):
    """Hands ops to the receivers of this process."""

    async def healthy(self) -> bool:
        """Whether the hub has been started."""
        return self._task is not None and not self._task.done()

    async def _send(self, batch: Batch) -> None:
        for channel, ops in batch.items():
            await self._receive(channel, ops)
