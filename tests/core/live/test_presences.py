"""The audience of presence."""

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.direct.blocking import block_person
from chat_app.core.direct.commands import start_direct_chat
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.ids import new_id
from chat_app.core.live.addressing.rooms import ops_for
from chat_app.core.live.feed import Feed
from chat_app.core.live.ops.shared import room_channel, user_channel
from chat_app.core.live.people import Presences
from chat_app.core.live.snapshots import presence_in_room_op
from chat_app.core.people.events import PeopleApart, PresencesChanged, PresenceView
from chat_app.core.people.presence import note_presence
from chat_app.core.rooms import queries
from chat_app.core.rooms.membership.profiles import view_profile
from tests.core.live.test_ops import Noted
from tests.support.factory import Factory
from tests.support.use_cases import Do


async def told(do: Do, *people: Actor) -> dict[str, list[str]]:
    """Return the channels on which these people's presence is published, and for whom."""
    hub = Noted()
    listeners = do.work.listeners[:]
    do.work.listeners += [Feed(hub), Presences(do.work)]
    views = tuple(PresenceView(one.user_id, "online", do.work.clock()) for one in people)
    await do.work.publish(PresencesChanged(views))
    do.work.listeners[:] = listeners
    assert all(op["t"] == "presence" for _, op in hub.published)
    return {channel: sorted(one["id"] for one in op["people"]) for channel, op in hub.published}


async def test_presence_is_published_to_small_rooms_and_direct_chats(do: Do, make: Factory):
    aiko, ben, chloe = await make.actor(), await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: chloe})
    await make.room()  # somebody else's
    chat = await do(aiko, start_direct_chat, ben.person.username)
    assert list(await told(do, aiko)) == [room_channel(room.id)], "nothing was said in the chat"
    await do(aiko, post_message, chat.room.id, "Hello")
    assert await told(do, aiko) == {
        room_channel(room.id): [str(aiko.user_id)],
        user_channel(ben.user_id): [str(aiko.user_id)],
    }
    both = sorted(str(one.user_id) for one in (aiko, chloe))
    assert (await told(do, aiko, chloe))[room_channel(room.id)] == both


@pytest.mark.slow
async def test_presence_is_not_published_to_large_rooms(do: Do, make: Factory):
    aiko, room = await make.actor(), await make.room()
    await make.join(room, aiko)
    assert list(await told(do, aiko)) == [room_channel(room.id)]
    for _ in range(queries.SMALL - 1):
        await make.join(room, await make.actor())
    assert await told(do, aiko) == {}


async def test_blocked_person_receives_no_presence(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    await do(aiko, start_direct_chat, ben.person.username)
    await do(aiko, block_person, ben.person.username)
    assert (await told(do, aiko), await told(do, ben)) == ({}, {})


async def test_block_hides_presence_in_shared_room(do: Do, make: Factory, events: list[object]):
    aiko, ben, chloe = await make.actor(), await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.ADMIN: ben, Role.MEMBER: chloe})
    await do(aiko, block_person, ben.person.username)
    assert PeopleApart(aiko.user_id, ben.user_id) in events
    for one in (aiko, ben):
        others = {user_channel(other.user_id): [str(one.user_id)] for other in (one, chloe)}
        assert await told(do, one) == others
    assert await told(do, chloe) == {room_channel(room.id): [str(chloe.user_id)]}
    for one, other in ((aiko, ben), (ben, aiko)):
        await do(None, note_presence, {aiko.user_id: True, ben.user_id: True, chloe.user_id: True})
        shown = {each["id"] for each in (await do(one, presence_in_room_op, room.id))["people"]}
        assert shown == {str(one.user_id), str(chloe.user_id)}
        assert (await do(one, view_profile, other.person.username)).presence is None


def test_a_block_takes_each_of_the_two_out_of_the_others_sight():
    one, other = new_id(), new_id()
    gone = {"state": "", "seen": None}
    assert list(ops_for(PeopleApart(one, other))) == [
        (user_channel(one), {"t": "presence", "people": [{"id": str(other), **gone}]}),
        (user_channel(other), {"t": "presence", "people": [{"id": str(one), **gone}]}),
    ]
