"""Requests that go on step by step while the database is away, or their clients leave: no connection is lost."""

import asyncio
from collections.abc import AsyncIterator
from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, TimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine

from chat_app.adapters.postgres import POOL, DatabaseClock, open_engine
from chat_app.traffic.steps import Steps
from tests.support.gate import Gate
from tests.support.postgres import Postgres, notice_soon

REQUESTS = 40


@pytest.fixture
async def engine(server: Postgres, gate: Gate) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(server.url.replace(f":{server.port}/", f":{gate.port}/"), DatabaseClock())
    yield engine
    await engine.dispose()


async def test_each_gets_its_own_answer_or_an_error_and_all_connections_come_back(
    engine: AsyncEngine, gate: Gate, monkeypatch: pytest.MonkeyPatch
):
    steps, random, wrong = Steps(lambda: True), Random(3), list[object]()

    async def ask(number: int) -> None:
        async with engine.connect() as connection:
            for _ in range(4):
                answer = await connection.scalar(text("SELECT cast(:n AS int) FROM pg_sleep(0.002)"), {"n": number})
                if answer != number:
                    wrong.append((number, answer))

    unseen = list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _, about: unseen.append(about["message"]))
    requests = [asyncio.create_task(steps.spread(ask(number))) for number in range(REQUESTS)]
    for _ in range(REQUESTS):
        await asyncio.sleep(0.001)
        random.choice(requests).cancel()
    notice_soon(monkeypatch)
    gate.cut()
    ends = await asyncio.gather(*requests, return_exceptions=True)
    monkeypatch.undo()
    gate.mend()
    assert wrong == []
    assert all(end is None or isinstance(end, (asyncio.CancelledError, DBAPIError, TimeoutError)) for end in ends)
    await asyncio.gather(*(steps.spread(ask(number)) for number in range(POOL)))
    assert wrong == []
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    assert [each for each in asyncio.all_tasks() if "wait" in each.get_coro().__qualname__] == []
    assert [about for about in unseen if "never retrieved" in str(about)] == []
