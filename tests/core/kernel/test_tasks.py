"""Tasks that are restarted."""

import asyncio

import pytest

from chat_app.core.kernel.work import tasks
from chat_app.core.kernel.work.tasks import Endless, end_tasks
from tests.support.waiting import until


async def returns() -> None:
    """Return at once."""


async def fails() -> None:
    raise RuntimeError


async def is_cancelled() -> None:
    raise asyncio.CancelledError


@pytest.mark.parametrize("end", [returns, fails, is_cancelled])
async def test_ended_work_is_restarted_until_it_is_stopped(monkeypatch: pytest.MonkeyPatch, end: object):
    monkeypatch.setattr(tasks, "AGAIN_SECONDS", 0.01)
    runs = 0

    async def work() -> None:
        nonlocal runs
        runs += 1
        if runs < 3:
            return await end()
        await asyncio.Event().wait()

    task = Endless(work, "test")
    assert not task.runs
    task.start()
    await until(lambda: runs == 3)
    assert task.runs
    await task.stop()
    assert not task.runs
    assert runs == 3


async def test_work_that_loses_a_cancellation_is_stopped_all_the_same(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tasks, "AGAIN_SECONDS", 0.01)
    lost = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            lost.set()
        await asyncio.Event().wait()

    task = Endless(work, "test")
    task.start()
    await asyncio.sleep(0)
    await task.stop()
    assert lost.is_set()
    assert not task.runs


async def test_tasks_end_that_cannot_write_their_end(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tasks, "END_SECONDS", 0.01)
    begun = asyncio.Event()

    async def work() -> None:
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.Event().wait()  # as for a database that is away

    task = asyncio.create_task(work())
    await begun.wait()
    await end_tasks([task])
    assert task.cancelled()
