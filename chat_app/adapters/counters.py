"""The counters of rate limits, in this process or in Redis."""

import asyncio
from contextlib import suppress
from typing import Final, cast

import structlog
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.storage.redis.redispy import RedispyBridge
from redis.asyncio import Redis

from chat_app.adapters.redis_client import TIMEOUTS, in_time

EVERY: Final = 5  # seconds

REST_SECONDS: Final = 2.0
"""How long nobody is counted in Redis after it has failed, before it is tried again."""

TRIAL: Final = "parley:trial"
"""What is written to see whether Redis is of use again: one that is full, or a replica, only answers."""

log = structlog.get_logger()


class MemoryCounters(MemoryStorage):
    """Counters whose hits cost the same however many people are counted.

    The library's own looks through all counters, for those that have expired, at every hit: a third of a millisecond
    where there are a thousand. It does not while the last look has not ended; so each ends with a rest.
    """

    async def _MemoryStorage__expire_events(self) -> None:  # noqa: N802, the library's private name
        await super()._MemoryStorage__expire_events()  # type: ignore[misc]
        await asyncio.sleep(EVERY)


class RedisCounters(RedisStorage):
    """Counters that all processes share; while Redis is away or gives no sense, each process counts for itself.

    No request waits for it more than once: it is tried again beside them.
    """

    def __init__(self, url: str) -> None:
        super().__init__(f"async+{url}", implementation="redispy", **TIMEOUTS)
        self._redis: Redis = cast("RedispyBridge", self.bridge).storage
        self._meanwhile = MemoryCounters()
        self._trial: asyncio.Task[None] | None = None

    async def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count a hit; whether there was room for it."""
        if self._trial is None:
            try:
                async with in_time():
                    return await super().acquire_sliding_window_entry(key, limit, expiry, amount)
            except Exception as error:
                self._leave(error)
        return await self._meanwhile.acquire_sliding_window_entry(key, limit, expiry, amount)

    async def aclose(self) -> None:
        """Let go of Redis."""
        if self._trial:
            self._trial.cancel()
        await self._redis.aclose()

    def _leave(self, error: Exception) -> None:
        if self._trial is None:
            log.error("counters_not_shared", error=type(error).__name__)
            self._trial = asyncio.create_task(self._come_back(), name="counters")

    async def _come_back(self) -> None:
        while True:
            await asyncio.sleep(REST_SECONDS)
            with suppress(Exception):
                async with in_time():
                    await self._redis.set(TRIAL, "1", ex=1)
                break
        log.warning("counters_shared_again")
        self._trial = None
