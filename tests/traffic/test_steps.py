"""Requests that come in one instant begin one in each turn of the event loop."""

import asyncio
from contextlib import suppress
from types import SimpleNamespace

import pytest

from chat_app.traffic.precedence import EXPECTED_SECONDS, Precedence
from chat_app.traffic.steps import Steps


async def begin(steps: Steps, begun: list[str], name: str) -> None:
    """Begin a request, and note it."""
    await steps.take()
    begun.append(name)


async def test_lone_request_begins_without_a_turn_of_the_loop():
    begun: list[str] = []
    request = begin(Steps(), begun, "lone")
    with suppress(StopIteration):
        request.send(None)
    assert begun == ["lone"]


async def test_requests_of_one_instant_begin_one_in_each_turn_in_their_order():
    steps, begun = Steps(), list[str]()
    requests = [asyncio.create_task(begin(steps, begun, str(n))) for n in range(4)]
    grown = []
    while not all(request.done() for request in requests):
        before = len(begun)
        await asyncio.sleep(0)
        grown.append(len(begun) - before)
    assert begun == ["0", "1", "2", "3"]
    assert max(grown) == 1


async def test_cancelled_request_keeps_nobody_waiting():
    steps, begun = Steps(), list[str]()
    first, second, third = (asyncio.create_task(begin(steps, begun, name)) for name in ("first", "second", "third"))
    await first
    second.cancel()
    await asyncio.wait_for(third, 20)
    assert begun == ["first", "third"]


async def test_request_after_the_others_begins_at_once():
    steps, begun = Steps(), list[str]()
    await asyncio.gather(*(begin(steps, begun, str(n)) for n in range(3)))
    for _ in range(3):  # the last turn has ended
        await asyncio.sleep(0)
    later = begin(steps, begun, "later")
    with suppress(StopIteration):
        later.send(None)
    assert begun[-1] == "later"


async def test_requests_that_can_wait_go_on_once_no_message_is_under_way():
    under_way, begun = 1, list[str]()
    steps = Steps(Precedence(lambda: under_way).is_taken)
    await begin(steps, begun, "before")  # nothing has gone on for long: one may
    requests = [asyncio.create_task(begin(steps, begun, str(n))) for n in range(4)]
    for _ in range(20):
        await asyncio.sleep(0)
    assert begun == ["before"]
    under_way = 0
    await asyncio.gather(*requests)
    assert begun == ["before", "0", "1", "2", "3"]


async def test_requests_that_can_wait_go_on_where_messages_never_end():
    steps, begun = Steps(lambda: True), list[str]()
    await asyncio.gather(*(begin(steps, begun, str(n)) for n in range(10)))
    assert begun == [str(n) for n in range(10)]


async def test_a_message_is_expected_for_a_moment_after_a_page_has_sent_something(monkeypatch: pytest.MonkeyPatch):
    now = 100.0
    monkeypatch.setattr("chat_app.traffic.precedence.time", SimpleNamespace(monotonic=lambda: now))
    messages = Precedence(lambda: 0)
    assert not messages.is_taken()
    messages.expect()
    assert messages.is_taken()
    now += EXPECTED_SECONDS
    assert not messages.is_taken()
