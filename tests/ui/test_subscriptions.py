"""Tabs that arrive in a room while their person is leaving it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import pytest

from chat_app.adapters.hub.redis_hub import RedisHub
from chat_app.bootstrap import Runtime
from chat_app.core.access.permissions import Role
from chat_app.core.auth.tables import UserSession
from chat_app.core.kernel.actor import Actor
from chat_app.core.live.ports import Op
from chat_app.core.rooms.commands import leave_room
from chat_app.ui.transport import state as feed_state
from chat_app.ui.transport.sockets.sending import sockets
from tests.support.factory import Factory
from tests.support.redis import RedisServer
from tests.support.waiting import until
from tests.ui.conftest import Connect, arrive


@pytest.fixture
async def sid(connect: Connect) -> str:
    """Return the id of a socket that nobody reads."""
    return (await connect())[0]


async def leave(parts: Runtime, actor: Actor, room: UUID) -> None:
    """Leave a room, and return after that was published."""
    told = asyncio.Event()

    async def listen(_: str, ops: Sequence[Op]) -> None:
        if any(op["t"] == "left" for op in ops):
            told.set()

    parts.hub.subscribe(listen)
    async with parts.work.begin(actor) as ctx:
        await leave_room(ctx, room)
    await told.wait()


@pytest.mark.parametrize(("read", "where"), [("starts_of", "/"), ("starts_of", "/r/"), ("arrival", "/r/")])
async def test_member_who_leaves_during_an_arrival_is_unsubscribed(
    parts: Runtime, make: Factory, sid: str, monkeypatch: pytest.MonkeyPatch, read: str, where: str
) -> None:
    aiko = await make.actor()
    room = await make.room({Role.MEMBER: aiko})
    original: Callable[..., Awaitable[Any]] = getattr(feed_state, read)
    left = False

    async def read_and_be_overtaken(*args: Any) -> Any:
        nonlocal left
        found = await original(*args)
        if not left:
            left = True
            await leave(parts, aiko, room.id)
        return found

    monkeypatch.setattr(feed_state, read, read_and_be_overtaken)
    await arrive(sid, aiko, where if where == "/" else f"{where}{room.id}")
    assert left
    assert sockets.rooms_of(sid) == set()


async def test_a_tab_whose_session_expires_while_it_arrives_is_told(
    parts: Runtime, make: Factory, sid: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    aiko, _ = await make.signed_in()
    original, told = feed_state.starts_of, list[Op]()

    async def read_and_expire(*args: Any) -> Any:
        found = await original(*args)
        async with parts.work.begin() as ctx:
            (await ctx.db.get_one(UserSession, aiko.session_id)).expires_at = ctx.now
        return found

    async def note(_: str, *ops: Op) -> None:
        told.extend(ops)

    monkeypatch.setattr(feed_state, "starts_of", read_and_expire)
    monkeypatch.setattr(sockets, "send", note)
    await arrive(sid, aiko, "/")
    assert told[-1] == {"t": "signed_out"}
    assert sockets.sessions() == set()


async def test_arriving_tab_is_subscribed_to_its_rooms(parts: Runtime, make: Factory, sid: str) -> None:
    aiko = await make.actor()
    shown, other = [await make.room({Role.MEMBER: aiko}) for _ in range(2)]
    await arrive(sid, aiko, f"/r/{shown.id}")
    assert sockets.rooms_of(sid) == {shown.id, other.id}
    await leave(parts, aiko, shown.id)
    assert sockets.rooms_of(sid) == {other.id}


@pytest.fixture
def on_redis(monkeypatch: pytest.MonkeyPatch, redis_server: RedisServer) -> None:
    monkeypatch.setenv("REDIS_URL", redis_server.url)


@pytest.fixture
async def elsewhere(on_redis: None, redis_server: RedisServer) -> AsyncIterator[RedisHub]:
    """Another process of the site."""
    hub = RedisHub(redis_server.url)
    await hub.start()
    yield hub
    await hub.stop()


@pytest.mark.parametrize("last", ["joined", "left"])
async def test_notices_of_two_processes_in_the_wrong_order_are_corrected(
    elsewhere: RedisHub, parts: Runtime, make: Factory, sid: str, last: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person joined and left, or left and joined again; the first op arrives last, from another process."""
    aiko, told = await make.actor(), list[Op]()
    inside = last == "left"
    room = await make.room({Role.MEMBER: aiko} if inside else None)
    await arrive(sid, aiko, "/")
    monkeypatch.setattr(sockets._pace, "send", lambda channel, ops: told.extend(ops))
    right = {room.id} if inside else set()
    assert sockets.rooms_of(sid) == right
    elsewhere.publish(f"user:{aiko.user_id}", {"t": last, "room": str(room.id)} | ({} if inside else {"sees_after": 0}))
    await until(lambda: [op["t"] for op in told] == [last, "joined" if inside else "left"])
    assert sockets.rooms_of(sid) == right


async def test_notices_in_the_right_order_are_not_repeated(
    elsewhere: RedisHub, parts: Runtime, make: Factory, sid: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    aiko, told = await make.actor(), list[Op]()
    room = await make.room()
    await arrive(sid, aiko, "/")
    monkeypatch.setattr(sockets._pace, "send", lambda channel, ops: told.extend(ops))
    await make.join(room, aiko)
    elsewhere.publish(f"user:{aiko.user_id}", {"t": "joined", "room": str(room.id), "sees_after": 0})
    await until(lambda: sockets.rooms_of(sid) == {room.id} and not sockets._checks)
    assert [op["t"] for op in told] == ["joined"]
