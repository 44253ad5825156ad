"""Counters of rate limits, in this process or in Redis."""

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
"""The seconds without use of Redis after it has failed."""

TRIAL: Final = "parley:trial"
"""The key written to test Redis: one that is full, or a replica, answers reads only."""

log = structlog.get_logger()


class MemoryCounters(MemoryStorage):
    """Counts hits at the same cost for any number of people.

    The library's own counters search all counters for expired ones at every hit, which takes a third of a millisecond
    with a thousand counters. They skip the search while another one runs, so each search here ends with a pause.
    """

    async def _MemoryStorage__expire_events(self) -> None:  # noqa: N802, the library's private name
        await super()._MemoryStorage__expire_events()  # type: ignore[misc]
        await asyncio.sleep(EVERY)


class RedisCounters(RedisStorage):
    """Counters that all processes share; while Redis is away or fails, each process counts for itself.

    A request waits for Redis once at most; later attempts are made in the background.
    """

    def __init__(self, url: str) -> None:
        super().__init__(f"async+{url}", implementation="redispy", **TIMEOUTS)
        self._redis: Redis = cast("RedispyBridge", self.bridge).storage
        self._meanwhile = MemoryCounters()
        self._trial: asyncio.Task[None] | None = None

    async def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count a hit; return whether the limit admits it."""
        if self._trial is None:
            try:
                async with in_time():
                    return await super().acquire_sliding_window_entry(key, limit, expiry, amount)
            except Exception as error:
                self._leave(error)
        return await self._meanwhile.acquire_sliding_window_entry(key, limit, expiry, amount)

    async def aclose(self) -> None:
        """Close the connections to Redis."""
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
