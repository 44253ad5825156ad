"""Requests that come in one instant begin one in each turn of the event loop."""

import asyncio
from contextlib import suppress

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
