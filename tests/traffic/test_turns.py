"""Turns of clients that request very much at once."""

import asyncio

import pytest

from chat_app.traffic.meter import BucketRate, Meter
from chat_app.traffic.turns import SLOW, ClientTurns

PACE = BucketRate(per_second=0.01)
"""So slow that nothing that waits gets its turn within a test."""


async def ask(turns: ClientTurns, who: str, times: int) -> list[asyncio.Task[bool]]:
    """Ask for so many turns at once, and return when each has been given, refused or made to wait."""
    asked = [asyncio.create_task(turns.take(who)) for _ in range(times)]
    for _ in range(3):
        await asyncio.sleep(0)
    return asked


def given(asked: list[asyncio.Task[bool]]) -> list[bool | None]:
    """Return each one's result: None while it waits."""
    return [task.result() if task.done() else None for task in asked]


@pytest.fixture
async def turns():
    yield ClientTurns(PACE, free=2, slow=Meter(SLOW), longest=1_000, at_once=2)
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        if task.get_coro().__qualname__ == ClientTurns.take.__qualname__:
            task.cancel()


async def test_only_so_many_of_one_address_wait(turns: ClientTurns):
    assert given(await ask(turns, "flooder", 7)) == [True, True, True, None, None, False, False]


async def test_the_wait_of_one_refuses_nobody_else(turns: ClientTurns):
    await ask(turns, "flooder", 7)
    assert given(await ask(turns, "neighbour", 3)) == [True, True, True]


async def test_waiting_clients_share_one_lane():
    slow = Meter(BucketRate(per_second=0.01))
    turns = ClientTurns(BucketRate(per_second=1_000), free=0, slow=slow, longest=150, at_once=9)
    assert given(await ask(turns, "one", 1)) == [True]
    waiting = await ask(turns, "one", 2)  # the first fills the lane for 100 seconds
    assert slow.level > 0
    for task in waiting:
        task.cancel()
