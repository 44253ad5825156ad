"""The messages that new members of a room see: the choice, and its effect on each way in."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from chat_app.core.access.permissions import Permission, Role
from chat_app.core.invitations.answers import accept_invitation
from chat_app.core.invitations.links import create_invite_link, join_by_link
from chat_app.core.invitations.personal import invite
from chat_app.core.invitations.queries import my_invitations
from chat_app.core.kernel.actor import Actor
from chat_app.core.rooms.access import RoomAccess, access_room
from chat_app.core.rooms.commands import leave_room, update_room
from chat_app.core.rooms.members import change_role
from chat_app.core.rooms.membership.joining import approve_join_request
from chat_app.core.rooms.tables import Room, RoomKind
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do

Join = Callable[[Do, Actor, Actor, UUID], Awaitable[None]]


async def by_link(do: Do, host: Actor, guest: Actor, room: UUID) -> None:
    """Join by a new link."""
    link = await do(host, create_invite_link, room)
    await do(guest, join_by_link, link.token)


async def by_invitation(do: Do, host: Actor, guest: Actor, room: UUID) -> None:
    """Accept a new invitation."""
    await do(host, invite, room, guest.person.username)
    [invitation] = await do(guest, my_invitations)
    await do(guest, accept_invitation, invitation.id)


async def by_request(do: Do, host: Actor, guest: Actor, room: UUID) -> None:
    """Request to join, and be let in."""
    await do(host, update_room, room, join_approval=True)
    await by_link(do, host, guest, room)
    await do(host, approve_join_request, room, guest.user_id)


async def seen(do: Do, who: Actor, room: Room) -> RoomAccess:
    """Return the room as the person has it."""
    return await do(who, access_room, room.id, Permission.VIEW)


@pytest.fixture
async def aiko(make: Factory) -> Actor:
    return await make.actor()


@pytest.fixture
async def room(make: Factory, aiko: Actor) -> Room:
    """A room with three messages."""
    room = await make.room({Role.MASTER: aiko})
    await make.messages(room, aiko, ["one", "two", "three"])
    return room


@pytest.fixture
async def chat(make: Factory, aiko: Actor) -> Room:
    """A private chat with three messages."""
    chat = await make.room({Role.MASTER: aiko}, kind=RoomKind.CHAT)
    await make.messages(chat, aiko, ["one", "two", "three"])
    return chat


@pytest.mark.parametrize("join", [by_link, by_invitation, by_request])
async def test_new_member_sees_messages_by_the_rooms_choice(do: Do, make: Factory, aiko: Actor, room: Room, join: Join):
    ben, chloe, daisuke = [await make.actor() for _ in range(3)]
    await join(do, aiko, ben, room.id)
    await do(aiko, update_room, room.id, newcomers_see="from_here")
    chosen_at = (await seen(do, aiko, room)).room.last_seq
    await make.messages(room, aiko, ["four"])
    await join(do, aiko, chloe, room.id)
    await do(aiko, update_room, room.id, newcomers_see="everything")
    await join(do, aiko, daisuke, room.id)
    starts = [(await seen(do, each, room)).member.sees_after for each in (aiko, ben, chloe, daisuke)]
    assert starts == [0, 0, chosen_at, 0]


@pytest.mark.parametrize("join", [by_link, by_invitation])
async def test_a_private_chat_is_shared_from_the_first_invitation_on(
    do: Do, make: Factory, aiko: Actor, chat: Room, join: Join
):
    ben = await make.actor()
    assert (await seen(do, aiko, chat)).as_json()["newcomers_see"] == "from_here"
    await do(aiko, create_invite_link, chat.id)
    await make.messages(chat, aiko, ["to whoever comes"])
    await join(do, aiko, ben, chat.id)
    shown = (await seen(do, ben, chat)).as_json()
    assert (shown["kind"], shown["sees_after"], shown["newcomers_see"]) == ("room", 3, "from_here")


async def test_all_of_a_private_chat_is_shared_where_that_was_chosen(do: Do, make: Factory, aiko: Actor, chat: Room):
    ben = await make.actor()
    await do(aiko, update_room, chat.id, newcomers_see="everything")
    await by_link(do, aiko, ben, chat.id)
    assert (await seen(do, ben, chat)).member.sees_after == 0


async def test_newcomer_to_an_empty_chat_sees_everything(do: Do, make: Factory, aiko: Actor):
    chat, ben = await make.room({Role.MASTER: aiko}, kind=RoomKind.CHAT), await make.actor()
    await by_link(do, aiko, ben, chat.id)
    shown = (await seen(do, ben, chat)).as_json()
    assert (shown["sees_after"], shown["newcomers_see"]) == (0, "everything")


async def test_the_same_choice_again_moves_nothing_and_a_new_one_does(do: Do, make: Factory, aiko: Actor, room: Room):
    await do(aiko, update_room, room.id, newcomers_see="from_here")
    await make.messages(room, aiko, ["four"])
    assert (await do(aiko, update_room, room.id, newcomers_see="from_here")).room.newcomers_after == 3
    await do(aiko, update_room, room.id, newcomers_see="everything")
    assert (await do(aiko, update_room, room.id, newcomers_see="from_here")).room.newcomers_after == 4
    with refused("choice_invalid"):
        await do(aiko, update_room, room.id, newcomers_see="nothing")


async def test_returning_member_is_treated_as_newcomer(do: Do, make: Factory, aiko: Actor, room: Room):
    ben = await make.actor()
    await by_link(do, aiko, ben, room.id)
    await do(ben, leave_room, room.id)
    chosen = await do(aiko, update_room, room.id, newcomers_see="from_here")
    await by_link(do, aiko, ben, room.id)
    assert (await seen(do, ben, room)).member.sees_after == chosen.room.newcomers_after == 5


async def test_member_cannot_show_others_what_they_do_not_see(do: Do, make: Factory, aiko: Actor, room: Room):
    ben = await make.actor()
    await do(aiko, update_room, room.id, newcomers_see="from_here")
    await by_link(do, aiko, ben, room.id)
    await do(aiko, change_role, room.id, ben.user_id, Role.ADMIN)
    await do(ben, update_room, room.id, name="Ours", newcomers_see="from_here")
    with refused("not_allowed"):
        await do(ben, update_room, room.id, newcomers_see="everything")
    await do(aiko, update_room, room.id, newcomers_see="everything")
    await do(ben, update_room, room.id, newcomers_see="everything")
