"""Counting in this process."""

import asyncio

from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from chat_app.adapters.counters import MemoryCounters
from tests.support.waiting import until


async def test_one_look_through_the_counters_serves_many_hits():
    counters = MemoryCounters()
    limiter = SlidingWindowCounterRateLimiter(counters)
    looks = set()
    for number in range(100):
        assert await limiter.hit(RateLimitItemPerMinute(600), str(number))
        looks.add(counters.timer)
        await asyncio.sleep(0)
    assert len(looks) == 1


async def test_what_has_expired_is_forgotten():
    counters = MemoryCounters()
    limiter = SlidingWindowCounterRateLimiter(counters)
    await limiter.hit(RateLimitItemPerSecond(5), "gone")

    async def forgotten() -> bool:
        await limiter.hit(RateLimitItemPerMinute(10**6), "here")
        return not any("gone" in key for key in counters.storage)

    await until(forgotten, 20)
