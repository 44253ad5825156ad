"""The tabs that are open: counted in this process, or by Redis in all processes together."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from itertools import count
from typing import Any, Final, cast
from uuid import uuid4

import structlog

from chat_app.adapters.redis_client import in_time, redis_client

PREFIX: Final = "parley:tabs:"
LEASE_SECONDS: Final = 90
"""The seconds after which the tabs of a dead process do not count any more."""

RENEW_SECONDS: Final = 30.0
REST_SECONDS: Final = 2.0
"""The seconds without use of Redis after it has failed."""

AT_ONCE: Final = 500
"""The number of places that one message to Redis renews or ends."""

# By the time of Redis: processes may disagree about it.
_TAKE: Final = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""
_COUNT: Final = """
local time = redis.call('TIME')
return redis.call('ZCOUNT', KEYS[1], time[1] + time[2] / 1000000, '+inf')
"""

log = structlog.get_logger()


class MemoryTabs:
    """The tabs of this process, by person, or by address for strangers."""

    def __init__(self) -> None:
        self._places: dict[str, set[str]] = {}
        self._name, self._numbers = uuid4().hex, count()

    async def take(self, who: str, most: int) -> str | None:
        """Reserve a place for a tab and return it, or None if ``most`` are open."""
        if len(self._places.get(who, ())) >= most:
            return None
        place = f"{self._name}:{next(self._numbers)}"
        self._places.setdefault(who, set()).add(place)
        return place

    def leave(self, who: str, place: str) -> None:
        """Release a place."""
        places = self._places.get(who, set())
        places.discard(place)
        if not places:
            self._places.pop(who, None)

    async def count(self, who: str) -> int:
        """Return how many are open."""
        return len(self._places.get(who, ()))


class RedisTabs(MemoryTabs):
    """The tabs of all processes.

    While Redis is unavailable, each process counts its own. Each place is leased, and its process renews it. So a dead
    process keeps its places only until their leases end, and places that Redis has lost are restored at the next
    renewal.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        self._redis = redis_client(url, retries=1)
        self._left: list[tuple[str, str]] = []
        self._due, self._away, self._woken = 0.0, False, asyncio.Event()

    async def take(self, who: str, most: int) -> str | None:
        """Reserve a place for a tab and return it, or None if ``most`` are open in all processes."""
        place = await super().take(who, most)  # at once, since others come in the meantime
        if place is None or self._away:
            return place
        try:
            async with in_time():
                if await self._eval(_TAKE, who, place, most, LEASE_SECONDS):
                    return place
        except asyncio.CancelledError:
            self.leave(who, place)
            raise
        except Exception as error:
            self._miss(error)
            return place
        super().leave(who, place)
        return None

    def leave(self, who: str, place: str) -> None:
        """Release a place; the other processes are notified soon."""
        super().leave(who, place)
        if not self._away:
            self._left.append((who, place))
            self._woken.set()

    async def count(self, who: str) -> int:
        """Return how many are open in all processes."""
        if not self._away:
            try:
                async with in_time():
                    return int(await self._eval(_COUNT, who))
            except Exception as error:
                self._miss(error)
        return await super().count(who)

    async def run(self) -> None:
        """Publish this process's places to the others, in an endless loop."""
        loop = asyncio.get_running_loop()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self._due):
                    await self._woken.wait()
            self._woken.clear()
            try:
                if loop.time() >= self._due:
                    await self._renew()
                    self._due = loop.time() + RENEW_SECONDS
                if not self._away:
                    await self._end_left()
            except Exception as error:
                self._miss(error)
                self._due = loop.time() + REST_SECONDS

    async def aclose(self) -> None:
        """Release all places, and close the connections."""
        self._left += [(who, place) for who, places in self._places.items() for place in places]
        with suppress(Exception):
            await self._end_left()
        await self._redis.aclose()

    def _eval(self, script: str, who: str, *values: str | int) -> Awaitable[Any]:
        return cast("Awaitable[Any]", self._redis.eval(script, 1, PREFIX + who, *map(str, values)))

    def _miss(self, error: Exception) -> None:
        """Count alone until Redis answers again."""
        if not self._away:
            log.error("tabs_not_shared", error=type(error).__name__)
            self._away, self._due = True, asyncio.get_running_loop().time() + REST_SECONDS
            self._left.clear()  # their leases end
            self._woken.set()

    async def _renew(self) -> None:
        """Write all places of this process."""
        async with in_time():
            seconds, micros = await cast("Awaitable[tuple[int, int]]", self._redis.time())
        until = seconds + micros / 1_000_000 + LEASE_SECONDS
        rows = [(who, place) for who, places in self._places.items() for place in places]
        for first in range(0, len(rows), AT_ONCE):
            async with in_time(), self._redis.pipeline(transaction=False) as pipeline:
                for who, place in rows[first : first + AT_ONCE]:
                    pipeline.zadd(PREFIX + who, {place: until})
                    pipeline.expire(PREFIX + who, LEASE_SECONDS)
                await pipeline.execute()
        if self._away:
            log.warning("tabs_shared_again")
            self._away = False

    async def _end_left(self) -> None:
        """Release the places of closed tabs in Redis. If Redis does not receive this, their leases end."""
        left, self._left = self._left, []
        for first in range(0, len(left), AT_ONCE):
            async with in_time(), self._redis.pipeline(transaction=False) as pipeline:
                for who, place in left[first : first + AT_ONCE]:
                    pipeline.zrem(PREFIX + who, place)
                await pipeline.execute()
