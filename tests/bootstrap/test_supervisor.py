"""The supervisor keeps loops alive while the process serves."""

import asyncio
from contextlib import AsyncExitStack

import pytest
import structlog

from chat_app.bootstrap.work.supervisor import Supervisor
from chat_app.core.kernel.work import tasks
from tests.support.waiting import until


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tasks, "AGAIN_SECONDS", 0.01)


class Loop:
    """A loop that may die in its first run, and ends in its second if it is finite."""

    def __init__(self, name: str, ends: list[str], *, dies: bool = False, finite: bool = False) -> None:
        self.name, self.ends, self.dies, self.finite = name, ends, dies, finite
        self.runs = 0

    async def __call__(self) -> None:
        self.runs += 1
        if self.dies and self.runs == 1:
            raise RuntimeError
        try:
            if not self.finite:
                await asyncio.Event().wait()
        finally:
            self.ends.append(self.name)


async def test_loop_that_dies_is_logged_and_started_anew():
    supervisor, loop = Supervisor(), Loop("frail", [], dies=True)
    supervisor.add("frail", loop)
    async with AsyncExitStack() as stops:
        with structlog.testing.capture_logs() as lines:
            supervisor.start(stops)
            await until(lambda: loop.runs == 2)
    assert [(line["event"], line["task"]) for line in lines] == [("task_ended", "frail")]
    assert loop.runs == 2


async def test_loops_stop_in_the_opposite_order_of_registration():
    supervisor, ends = Supervisor(), list[str]()
    loops = [Loop(name, ends) for name in ("first", "second", "third")]
    for loop in loops:
        supervisor.add(loop.name, loop)
    async with AsyncExitStack() as stops:
        supervisor.start(stops)
        await until(lambda: all(loop.runs for loop in loops))
    assert ends == ["third", "second", "first"]


async def test_finite_work_is_done_once_but_started_anew_when_it_dies():
    supervisor, ends = Supervisor(), list[str]()
    once, frail = Loop("once", ends, finite=True), Loop("frail", ends, dies=True, finite=True)
    supervisor.add_finite("once", once)
    supervisor.add_finite("frail", frail)
    async with AsyncExitStack() as stops:
        with structlog.testing.capture_logs() as lines:
            supervisor.start(stops)
            await until(lambda: len(ends) == 2)
            await asyncio.sleep(0)
    assert (once.runs, frail.runs) == (1, 2)
    assert [line["task"] for line in lines] == ["frail"]
