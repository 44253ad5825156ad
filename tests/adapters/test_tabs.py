"""The tabs that are open, counted in all processes together."""

from collections.abc import AsyncIterator, Iterator

import pytest

from chat_app.adapters import tabs
from chat_app.adapters.tabs import RedisTabs
from chat_app.core.kernel.work.tasks import Endless
from tests.support.redis import RedisServer
from tests.support.waiting import until


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def two(server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[RedisTabs]]:
    """Two processes, which serve."""
    monkeypatch.setattr(tabs, "REST_SECONDS", 0.05)
    monkeypatch.setattr(tabs, "RENEW_SECONDS", 0.05)
    both = [RedisTabs(server.url) for _ in range(2)]
    loops = [Endless(each.run, "tabs") for each in both]
    for loop in loops:
        loop.start()
    yield both
    for loop, each in zip(loops, both, strict=True):
        await loop.stop()
        await each.aclose()


async def taken(tabs: RedisTabs, number: int, most: int = 5) -> list[str]:
    """The places of which so many tabs get one each."""
    places = [await tabs.take("aiko", most) for _ in range(number)]
    return [place for place in places if place]


async def test_processes_count_together(two: list[RedisTabs]):
    here, there = two
    places = await taken(here, 3)
    assert len(places) == 3
    assert len(await taken(there, 3)) == 2
    assert await here.take("aiko", 5) is None
    assert [await each.count("aiko") for each in two] == [5, 5]
    assert await there.take("ben", 5)
    here.leave("aiko", places[0])
    await until(lambda: there.take("aiko", 5))
    assert await here.take("aiko", 5) is None


async def test_a_process_that_has_died_holds_no_place(
    server: RedisServer, two: list[RedisTabs], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tabs, "LEASE_SECONDS", 1)
    dead = RedisTabs(server.url)  # whose loop does not run
    assert len(await taken(dead, 2)) == 2
    assert await two[0].take("aiko", 5)
    assert await two[1].count("aiko") == 3

    async def alone() -> bool:
        return await two[1].count("aiko") == 1

    await until(alone)
    await dead.aclose()


async def test_each_process_counts_its_own_while_redis_is_away(server: RedisServer, two: list[RedisTabs]):
    here, there = two
    assert len(await taken(here, 3)) == 3
    server.stop()
    assert len(await taken(there, 6)) == 5
    assert await here.count("aiko") == 3
    server.start()  # and it has lost what it knew

    async def all_known() -> bool:
        return await here.count("aiko") == 8 == await there.count("aiko")

    await until(all_known)
    assert await here.take("aiko", 5) is None
