"""Who is told that somebody comes or goes."""

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.events import PresencesChanged, PresenceView
from chat_app.core.kernel.actor import Actor
from chat_app.core.live.ops import Feed, room_channel, user_channel
from chat_app.core.live.people import Presences
from chat_app.core.rooms import queries
from chat_app.core.rooms.direct import block_person, start_direct_chat
from tests.core.live.test_ops import Noted
from tests.support.factory import Factory
from tests.support.use_cases import Do


async def told(do: Do, *people: Actor) -> dict[str, list[str]]:
    """The channels on which it is told that these people are here, and of whom."""
    hub = Noted()
    listeners = do.work.listeners[:]
    do.work.listeners += [Feed(hub), Presences(do.work)]
    await do.work.tell(PresencesChanged(tuple(PresenceView(one.user_id, "online", do.work.clock()) for one in people)))
    do.work.listeners[:] = listeners
    assert all(op["t"] == "presence" for _, op in hub.published)
    return {channel: sorted(one["id"] for one in op["people"]) for channel, op in hub.published}


async def test_small_rooms_and_those_one_chats_with_are_told(do: Do, make: Factory):
    aiko, ben, chloe = await make.actor(), await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: chloe})
    await make.room()  # somebody else's
    await do(aiko, start_direct_chat, ben.person.username)
    assert await told(do, aiko) == {
        room_channel(room.id): [str(aiko.user_id)],
        user_channel(ben.user_id): [str(aiko.user_id)],
    }
    both = sorted(str(one.user_id) for one in (aiko, chloe))
    assert (await told(do, aiko, chloe))[room_channel(room.id)] == both


async def test_rooms_of_many_are_not_told(do: Do, make: Factory):
    aiko, room = await make.actor(), await make.room()
    await make.join(room, aiko)
    assert list(await told(do, aiko)) == [room_channel(room.id)]
    for _ in range(queries.SMALL - 1):
        await make.join(room, await make.actor())
    assert await told(do, aiko) == {}


async def test_who_is_blocked_is_not_told(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    await do(aiko, start_direct_chat, ben.person.username)
    await do(aiko, block_person, ben.person.username)
    assert (await told(do, aiko), await told(do, ben)) == ({}, {})
