"""Subscriptions of sockets are compared with the database, and corrected."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import update

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.auth.sessions.commands import sign_out
from chat_app.core.auth.tables import UserSession
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.live.audience import AudienceCheck
from chat_app.core.rooms.commands import delete_room, leave_room
from chat_app.core.rooms.members import ban_member, remove_member
from chat_app.core.rooms.tables import Room
from chat_app.ui.transport.sockets.sending import sockets
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.ui.conftest import Come

pytestmark = pytest.mark.usefixtures("parts")


async def remove(do: Do, master: Actor, aiko: Actor, room: Room) -> None:
    await do(master, remove_member, room.id, aiko.user_id)


async def ban(do: Do, master: Actor, aiko: Actor, room: Room) -> None:
    await do(master, ban_member, room.id, aiko.user_id)


async def leave(do: Do, master: Actor, aiko: Actor, room: Room) -> None:
    await do(aiko, leave_room, room.id)


async def delete(do: Do, master: Actor, aiko: Actor, room: Room) -> None:
    await do(master, delete_room, room.id)


@pytest.mark.parametrize("act", [remove, ban, leave, delete])
@pytest.mark.parametrize("shown", [True, False], ids=["shown", "elsewhere"])
@pytest.mark.slow
async def test_former_member_is_unsubscribed(
    work: UnitOfWork,
    make: Factory,
    come: Come,
    silent: Do,
    hearing: AudienceCheck,
    act: Callable[..., Awaitable[None]],
    shown: bool,
):
    aiko, master = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: master, Role.MEMBER: aiko})
    tabs = [await come(aiko, room if shown else None), await come(aiko)]
    await act(silent, master, aiko, room)
    await hearing.compare(work)
    await sockets.deliver(f"room:{room.id}", [{"t": "typing", "room": str(room.id), "who": {}}])
    for tab in tabs:
        assert tab.rooms() == set()
        assert await tab.heard() == [{"t": "left", "room": str(room.id)}]


async def test_new_member_is_subscribed(
    work: UnitOfWork,
    make: Factory,
    come: Come,
    hearing: AudienceCheck,
):
    aiko = await make.actor()
    tab, room = await come(aiko), await make.room()
    await make.join(room, aiko)
    await hearing.compare(work)
    assert tab.rooms() == {room.id}
    assert await tab.heard() == [{"t": "joined", "room": str(room.id), "sees_after": 0}]
    await hearing.compare(work)
    assert await tab.heard() == []


async def test_op_with_an_invalid_room_subscribes_no_socket(
    work: UnitOfWork, make: Factory, come: Come, hearing: AudienceCheck
):
    aiko = await make.actor()
    tab = await come(aiko)
    with pytest.raises(ValueError, match="UUID"):
        await sockets.deliver(f"user:{aiko.user_id}", [{"t": "joined", "room": "junk"}])
    await hearing.compare(work)
    assert tab.rooms() == set()


async def end(do: Do, actor: Actor) -> None:
    await do(actor, sign_out)


async def expire(do: Do, actor: Actor) -> None:
    async with do.work.begin() as ctx:
        await ctx.db.execute(update(UserSession).where(UserSession.id == actor.session_id).values(expires_at=ctx.now))


async def suspend(do: Do, actor: Actor) -> None:
    async with do.work.begin() as ctx:
        await ctx.db.execute(update(User).where(User.id == actor.user_id).values(suspended_at=ctx.now))


@pytest.mark.parametrize("act", [end, expire, suspend])
async def test_tabs_of_an_ended_session_are_signed_out(
    work: UnitOfWork,
    make: Factory,
    come: Come,
    silent: Do,
    hearing: AudienceCheck,
    act: Callable[..., Awaitable[None]],
):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: ben, Role.MEMBER: aiko})
    tab, other = await come(aiko, room), await come(ben, room)
    await act(silent, aiko)
    await hearing.compare(work)
    assert (await tab.heard())[-1] == {"t": "signed_out"}
    assert tab.sid not in sockets.subscribed()
    assert other.rooms() == {room.id}
