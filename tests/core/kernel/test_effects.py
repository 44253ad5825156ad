"""Slow listeners, off the request."""

import asyncio

import pytest

from chat_app.core.kernel.work import effects
from chat_app.core.kernel.work.effects import Background
from tests.support.waiting import until


class Slow:
    """A listener that waits until it is released, and fails at some events."""

    def __init__(self) -> None:
        self.heard: list[object] = []
        self.free = asyncio.Event()

    async def __call__(self, event: object) -> None:
        await self.free.wait()
        self.heard.append(event)
        if event == "bad":
            raise ConnectionError


async def test_commit_does_not_wait_for_a_slow_listener():
    slow = Slow()
    background = Background(slow, str)
    for event in ("one", 2, "bad", "three"):
        await background(event)
    assert slow.heard == []
    slow.free.set()
    await until(lambda: slow.heard == ["one", "bad", "three"])


async def test_pending_events_are_handled_at_the_stop():
    slow = Slow()
    background = Background(slow, str)
    await background("one")
    slow.free.set()
    await background.stop()
    assert slow.heard == ["one"]


async def test_listener_that_hangs_fills_no_memory_and_holds_up_no_stop(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(effects, "PENDING_MAX", 2)
    monkeypatch.setattr(effects, "STOP_SECONDS", 0.01)
    background = Background(Slow(), str)
    await background("one")
    await asyncio.sleep(0)  # it is at work on the first
    for event in ("two", "three", "four"):
        await background(event)
    assert list(background._pending) == ["two", "three"]
    await background.stop()
