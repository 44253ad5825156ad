"""Direct chats, group chats and blocks."""

import asyncio

import pytest

from chat_app.core.access.permissions import IN_DIRECT_CHATS, Permission
from chat_app.core.accounts.errors import UserNotFound
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.direct.blocking import block_person, unblock_person
from chat_app.core.direct.commands import start_direct_chat, start_group_chat
from chat_app.core.direct.errors import PersonBlocked
from chat_app.core.direct.queries import direct_peers
from chat_app.core.invitations.links import create_invite_link
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.errors import NotAllowed
from chat_app.core.messages.queries import history
from chat_app.core.people.blocks import blocked_people
from chat_app.core.people.contacts import add_contact, list_contacts
from chat_app.core.people.events import BlocksChanged
from chat_app.core.rooms.access import RoomAccess, access_room
from chat_app.core.rooms.commands import delete_room, leave_room, update_room
from chat_app.core.rooms.errors import ChatClosed, InvalidRoom, RoomNotFound
from chat_app.core.rooms.events import RoomChanged
from chat_app.core.rooms.membership.profiles import view_profile
from chat_app.core.rooms.queries import my_rooms, room_members
from tests.support.factory import Factory
from tests.support.use_cases import Do


def name(actor: Actor) -> str:
    return actor.person.username


async def chat(do: Do, one: Actor, other: Actor) -> RoomAccess:
    return await do(one, start_direct_chat, name(other))


async def rooms_of(do: Do, actor: Actor) -> list[object]:
    return [access.room.id for access in await do(actor, my_rooms)]


async def test_two_people_share_one_direct_chat(do: Do, make: Factory):
    aiko, ben, chloe = await make.actor(), await make.actor(), await make.actor()
    first = await chat(do, aiko, ben)
    assert first.room.id == (await chat(do, ben, aiko)).room.id == (await chat(do, aiko, ben)).room.id
    assert first.room.id != (await chat(do, aiko, chloe)).room.id
    assert {member.person for member in await do(ben, room_members, first.room.id)} == {aiko.person, ben.person}
    with pytest.raises(RoomNotFound):
        await do(chloe, access_room, first.room.id, Permission.VIEW)


async def test_concurrent_starts_create_one_chat(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    found = await asyncio.gather(*(chat(do, *pair) for pair in [(aiko, ben), (ben, aiko)] * 4))
    assert len({access.room.id for access in found}) == 1


async def test_the_other_sees_a_chat_once_something_is_said(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = (await chat(do, aiko, ben)).room
    assert (await rooms_of(do, aiko), await rooms_of(do, ben)) == ([room.id], [])
    await do(aiko, post_message, room.id, "Hello")
    assert await rooms_of(do, ben) == [room.id]


async def test_both_people_of_a_direct_chat_have_equal_rank(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = (await chat(do, aiko, ben)).room
    for actor, other in ((aiko, ben), (ben, aiko)):
        access = await do(actor, access_room, room.id, Permission.VIEW)
        assert set(access.permissions()) == IN_DIRECT_CHATS
        async with make.work.begin(actor) as ctx:
            assert await direct_peers(ctx, [room]) == {room.id: other.person}
        for refused in (leave_room, delete_room, create_invite_link, update_room):
            with pytest.raises(NotAllowed):
                await do(actor, refused, room.id)


async def test_chat_with_oneself_or_an_unknown_person_is_refused(do: Do, make: Factory):
    aiko = await make.actor()
    for username in (name(aiko), "nobody", "", "\x00", "x" * 5_000):
        for use_case in (start_direct_chat, block_person, unblock_person, view_profile):
            if use_case is view_profile and username == name(aiko):
                continue
            with pytest.raises(UserNotFound):
                await do(aiko, use_case, username)


async def test_a_block_closes_the_chat_for_both_until_it_is_taken_back(do: Do, make: Factory, events: list[object]):
    aiko, ben = await make.actor(), await make.actor()
    room = (await chat(do, aiko, ben)).room
    await do(aiko, post_message, room.id, "Hello")
    events.clear()
    await do(aiko, block_person, name(ben))
    assert BlocksChanged(aiko.user_id, (ben.user_id,)) in events
    [changed] = [event.room for event in events if isinstance(event, RoomChanged)]
    assert changed.closed
    for actor in (aiko, ben):
        with pytest.raises(ChatClosed):
            await do(actor, post_message, room.id, "Still there?")
        assert [message.text for message in (await do(actor, history, room.id)).messages] == ["Hello"]
        left = (await do(actor, access_room, room.id, Permission.VIEW)).permissions()
        assert {*left} == {Permission.VIEW, Permission.EXPORT_ROOM}
    await do(ben, block_person, name(aiko))
    await do(aiko, unblock_person, name(ben))
    with pytest.raises(ChatClosed):
        await do(aiko, post_message, room.id, "Again?")
    await do(ben, unblock_person, name(aiko))
    await do(aiko, post_message, room.id, "Again!")


async def test_with_a_block_between_them_no_chat_begins(do: Do, make: Factory):
    aiko, ben, chloe = await make.actor(), await make.actor(), await make.actor()
    await do(aiko, block_person, name(ben))
    for one, other in ((aiko, ben), (ben, aiko)):
        with pytest.raises(PersonBlocked):
            await chat(do, one, other)
        with pytest.raises(PersonBlocked) as caught:
            await do(one, start_group_chat, [name(chloe), name(other)])
        assert caught.value.details == {"username": name(other)}
    assert await rooms_of(do, chloe) == []


async def test_blocking_and_starting_at_once_leaves_no_open_chat(do: Do, make: Factory):
    for _ in range(5):
        aiko, ben = await make.actor(), await make.actor()
        await asyncio.gather(
            do(aiko, block_person, name(ben)), do(ben, start_direct_chat, name(aiko)), return_exceptions=True
        )
        assert [access.room.closed for access in await do(ben, my_rooms)] in ([], [True])


async def test_a_blocked_person_is_no_contact_and_is_listed(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    await do(aiko, add_contact, name(ben))
    for _ in range(2):
        await do(aiko, block_person, name(ben))
    assert await do(aiko, blocked_people) == [ben.person]
    assert (await do(ben, blocked_people), await do(aiko, list_contacts)) == ([], ([], False))
    for _ in range(2):
        await do(aiko, unblock_person, name(ben))
    assert await do(aiko, blocked_people) == []


async def test_a_group_chat_has_everybody_in_it_and_their_names(do: Do, make: Factory):
    aiko, ben, chloe = [await make.actor(name=each) for each in ("Aiko", "Ben", "Chloé")]
    access = await do(aiko, start_group_chat, [name(ben), name(chloe), name(ben)])
    assert (access.room.name, access.room.auto_named) == ("Aiko, Ben, Chloé", True)
    assert [member.role for member in await do(chloe, room_members, access.room.id)] == ["master", "member", "member"]
    named = await do(aiko, start_group_chat, [name(ben)], name="Lunch")
    assert (named.room.name, named.room.auto_named) == ("Lunch", False)


async def test_the_same_people_have_one_group_chat_without_a_name(do: Do, make: Factory):
    aiko, ben, chloe = await make.actor(), await make.actor(), await make.actor()
    first, second = await asyncio.gather(
        do(aiko, start_group_chat, [name(ben), name(chloe)]), do(ben, start_group_chat, [name(chloe), name(aiko)])
    )
    assert first.room.id == second.room.id, "of two at once, one creates it"
    smaller = await do(aiko, start_group_chat, [name(ben)])
    named = await do(aiko, start_group_chat, [name(ben), name(chloe)], name="Lunch")
    assert len({first.room.id, smaller.room.id, named.room.id}) == 3
    await do(chloe, leave_room, first.room.id)
    assert (await do(ben, start_group_chat, [name(aiko), name(chloe)])).room.id != first.room.id
    assert (await do(ben, start_group_chat, [name(aiko)])).room.id in {smaller.room.id, first.room.id}


async def test_a_group_chat_needs_somebody_else_and_not_everybody(do: Do, make: Factory):
    aiko = await make.actor()
    for usernames in ([], ["x"] * 51):
        with pytest.raises(InvalidRoom):
            await do(aiko, start_group_chat, usernames)
    with pytest.raises(UserNotFound):
        await do(aiko, start_group_chat, [name(await make.actor()), "nobody"])


async def test_profile_shows_relation_of_the_two(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    shared = await make.room(name="Shared")
    await make.join(shared, aiko)
    await make.join(shared, ben)
    await make.join(await make.room(name="Ben's own"), ben)
    await chat(do, aiko, ben)
    await do(aiko, add_contact, name(ben))
    profile = await do(aiko, view_profile, f"@{name(ben).upper()}")
    assert (profile.person, profile.is_contact, profile.is_blocked) == (ben.person, True, False)
    assert profile.rooms == [(shared.id, "Shared")]
    await do(aiko, block_person, name(ben))
    assert (await do(aiko, view_profile, name(ben))).is_blocked
    assert not (await do(ben, view_profile, name(aiko))).is_blocked
    assert (await do(aiko, view_profile, name(aiko))).rooms == []
