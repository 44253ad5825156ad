"""Connections to the database, as the app's pool opens them."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from chat_app.adapters.postgres import DatabaseClock, open_engine
from chat_app.traffic.steps import Steps


async def test_answer_to_work_that_is_held_does_not_wake_the_loop_again_and_again(
    worker_database: str, monkeypatch: pytest.MonkeyPatch
):
    loop, woken = asyncio.get_running_loop(), list[int]()
    add_reader = loop.add_reader

    def counted(descriptor: int, callback: Any, *args: Any) -> Any:
        return add_reader(descriptor, lambda: (woken.append(descriptor), callback(*args)))

    async def ask(times: int) -> None:
        async with engine.connect() as connection:
            for _ in range(times):
                await connection.execute(text("SELECT 1"))

    engine = open_engine(worker_database, DatabaseClock())
    await ask(1)
    monkeypatch.setattr(loop, "add_reader", counted)
    await Steps(lambda: True).spread(ask(5))
    await engine.dispose()
    assert 5 <= len(woken) < 30
