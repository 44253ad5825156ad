"""The unit of work."""

import asyncio

import pytest
from sqlalchemy import select

from chat_app.core.accounts.tables import User
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.rooms.commands import create_room
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do


async def test_events_are_told_after_the_commit_in_order(work: UnitOfWork, make: Factory):
    aiko = await make.actor()
    seen: list[str] = []

    async def listen(event: object) -> None:
        async with work.begin() as other:
            named = await other.db.scalar(select(User.name).where(User.id == aiko.user_id))
        seen.append(f"{event}: {named}")

    work.listeners.append(listen)
    async with work.begin(aiko) as ctx:
        (await ctx.db.get_one(User, aiko.user_id)).name = "Changed"
        ctx.emit("first")
        ctx.emit("second")
        assert seen == []
    assert seen == ["first: Changed", "second: Changed"]


async def test_a_listener_that_fails_is_nobody_elses_matter(work: UnitOfWork, make: Factory, events: list[object]):
    async def broken(event: object) -> None:
        raise ConnectionError

    work.listeners.insert(0, broken)
    async with work.begin() as ctx:
        ctx.emit("first")
        ctx.emit("second")
    assert events == ["first", "second"]


async def test_what_fails_leaves_nothing_and_tells_nothing(work: UnitOfWork, make: Factory, events: list[object]):
    aiko = await make.actor()

    async def fail(ctx: Context) -> None:
        (await ctx.db.get_one(User, aiko.user_id)).name = "Changed"
        await ctx.db.flush()
        ctx.emit("never")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await Do(work)(aiko, fail)
    async with work.begin() as ctx:
        assert (await ctx.db.get_one(User, aiko.user_id)).name == aiko.person.name
    assert events == []


async def test_a_cancelled_request_leaves_nothing(work: UnitOfWork, make: Factory, events: list[object]):
    aiko = await make.actor()
    changed = asyncio.Event()

    async def request() -> None:
        async with work.begin(aiko) as ctx:
            (await ctx.db.get_one(User, aiko.user_id)).name = "Changed"
            await ctx.db.flush()
            changed.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(request())
    await changed.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with work.begin() as ctx:
        assert (await ctx.db.get_one(User, aiko.user_id)).name == aiko.person.name
    assert events == []


async def test_who_is_nobody_is_asked_to_sign_in(do: Do):
    with refused("not_signed_in"):
        await do(None, create_room, name="Tea")
