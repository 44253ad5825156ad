"""Counting, in this process and in one that all share."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis import Redis

from chat_app.adapters import counters
from chat_app.adapters.counters import MemoryCounters, RedisCounters
from tests.support.redis import RedisServer
from tests.support.waiting import until


async def test_expired_counters_are_searched_once_for_many_hits():
    counters = MemoryCounters()
    limiter = SlidingWindowCounterRateLimiter(counters)
    looks = set()
    for number in range(100):
        assert await limiter.hit(RateLimitItemPerMinute(600), str(number))
        looks.add(counters.timer)
        await asyncio.sleep(0)
    assert len(looks) == 1


@pytest.mark.slow
async def test_expired_counters_are_forgotten(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(counters, "EVERY", 0.1)
    memory = MemoryCounters()
    limiter = SlidingWindowCounterRateLimiter(memory)
    await limiter.hit(RateLimitItemPerSecond(5), "gone")

    async def forgotten() -> bool:
        await limiter.hit(RateLimitItemPerMinute(10**6), "here")
        return not any("gone" in key for key in memory.storage)

    await until(forgotten, 20)


THREE = RateLimitItemPerMinute(3)


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def two(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[list[SlidingWindowCounterRateLimiter]]:
    """The limiters of two processes."""
    monkeypatch.setattr(counters, "REST_SECONDS", 0.05)
    shared = [RedisCounters(server.url) for _ in range(2)]
    yield [SlidingWindowCounterRateLimiter(each) for each in shared]
    for each in shared:
        await each.aclose()


async def hits(limiter: SlidingWindowCounterRateLimiter, key: str) -> int:
    """How many of five hits there was room for."""
    return sum([await limiter.hit(THREE, key) for _ in range(5)])


async def test_processes_count_together(two: list[SlidingWindowCounterRateLimiter]):
    assert [await hits(each, "a") for each in two] == [3, 0]


@pytest.mark.parametrize("fault", ["killed", "frozen", "junk"])
async def test_without_redis_each_process_counts_for_itself(
    two: list[SlidingWindowCounterRateLimiter], server: RedisServer, fault: str
):
    await hits(two[0], "a")
    if fault == "junk":
        with Redis.from_url(server.url) as redis:
            for key in redis.keys("*"):
                redis.delete(key)
                redis.lpush(key, "junk")
    else:
        {"killed": server.stop, "frozen": server.freeze}[fault]()
    assert [await hits(each, "a") for each in two] == [3, 3]
    if fault == "junk":
        return
    {"killed": server.start, "frozen": server.thaw}[fault]()
    await until(lambda: not any(each.storage._trial for each in two))
    assert sum([await hits(each, "b") for each in two]) == 3
