"""The counters of rate limits, in this process."""

import asyncio
from typing import Final

from limits.aio.storage import MemoryStorage

EVERY: Final = 5  # seconds


class MemoryCounters(MemoryStorage):
    """Counters whose hits cost the same however many people are counted.

    The library's own looks through all counters, for those that have expired, at every hit: a third of a millisecond
    where there are a thousand. It does not while the last look has not ended; so each ends with a rest.
    """

    async def _MemoryStorage__expire_events(self) -> None:  # noqa: N802, the library's private name
        await super()._MemoryStorage__expire_events()  # type: ignore[misc]
        await asyncio.sleep(EVERY)
