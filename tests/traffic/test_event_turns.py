"""Events of a client that sends very many, beside those of others."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from chat_app.traffic import event_turns
from chat_app.traffic.event_turns import EASY, EventTurns
from tests.support.waiting import until

BURST = int(EASY.burst)


class Events:
    """Events that have begun, by their clients; none ends by itself."""

    def __init__(self, turns: EventTurns) -> None:
        self._turns = turns
        self.begun: list[str] = []
        self.under_way: list[asyncio.Future[object]] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def come(self, who: str, count: int, units: float = 1) -> None:
        """Have so many events come in one instant, and give those that may begin the time to."""
        self.tasks += [
            asyncio.create_task(self._turns.give(who, lambda: self._begin(who), units)) for _ in range(count)
        ]
        for _ in range(20):
            await asyncio.sleep(0)

    async def _begin(self, who: str) -> asyncio.Future[object]:
        self.begun.append(who)
        self.under_way.append(asyncio.get_running_loop().create_future())
        return self.under_way[-1]


@pytest.fixture
async def events() -> AsyncIterator[Events]:
    events = Events(EventTurns(lambda: False))
    yield events
    for task in events.tasks:
        task.cancel()


async def test_event_begins_at_once_while_those_of_a_flooder_wait(events: Events):
    await events.come("flooder", BURST + 200)
    before = len(events.begun)
    await events.come("neighbour", 1)
    assert before <= BURST + 1
    assert events.begun[before:] == ["neighbour"]


async def test_one_event_of_a_flooder_is_under_way_at_a_time(events: Events):
    await events.come("flooder", BURST + 5)
    assert events.begun == ["flooder"] * (BURST + 1)
    events.under_way[-1].set_result(None)
    await until(lambda: len(events.begun) > BURST + 1)
    await events.come("flooder", 5)
    assert events.begun == ["flooder"] * (BURST + 2)


async def test_event_that_does_not_end_keeps_the_next_waiting_for_a_while_only(
    events: Events, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(event_turns, "LONGEST_SECONDS", 0.05)
    await events.come("flooder", BURST + 3)
    await until(lambda: len(events.begun) == BURST + 3)


async def test_flooders_wait_for_none_but_themselves(events: Events):
    for who in ("one", "another"):
        await events.come(who, BURST + 5)
        assert events.begun.count(who) == BURST + 1


async def test_small_events_count_less(events: Events):
    await events.come("writer", BURST * 4, units=0.25)
    assert len(events.begun) == BURST * 4


async def test_events_of_a_flooder_wait_for_messages():
    under_way = False
    events = Events(EventTurns(lambda: under_way))
    await events.come("flooder", BURST)
    under_way = True
    await events.come("one", BURST + 5)  # nothing that could wait has gone on for long: one of it may
    await events.come("flooder", 5)
    assert events.begun.count("flooder") == BURST
    await events.come("neighbour", 1)
    assert events.begun[-1] == "neighbour"
    for task in events.tasks:
        task.cancel()
