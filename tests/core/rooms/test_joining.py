"""Join approval: requesting, approving, declining."""

import asyncio
from typing import Any

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.invitations.links import create_invite_link, invite_links, join_by_link
from chat_app.core.invitations.personal import invite
from chat_app.core.invitations.queries import my_invitations
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import DomainError
from chat_app.core.rooms.commands import delete_room, leave_room, update_room
from chat_app.core.rooms.events import InvitationEnded, JoinRequestDeclined, JoinRequestsChanged, MemberJoined
from chat_app.core.rooms.members import ban_member
from chat_app.core.rooms.membership.joining import (
    ASKS_TO_JOIN,
    admit,
    approve_join_request,
    decline_join_request,
    is_waiting,
    join_requests,
)
from chat_app.core.rooms.queries import my_rooms, room_members
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do


async def test_person_with_a_link_waits_for_approval(do: Do, make: Factory, events: list[object]):
    aiko, ben, chloe, emma = [await make.actor() for _ in range(4)]
    room = await make.room({Role.MASTER: aiko, Role.ADMIN: chloe, Role.MEMBER: emma}, join_approval=True)
    link = await do(aiko, create_invite_link, room.id, role="guest")
    for _ in range(2):
        await do(ben, join_by_link, link.token)
    [asked] = events
    assert (asked.room_id, set(asked.keepers), asked.waiting) == (
        room.id,
        {aiko.user_id, chloe.user_id},
        (ben.person,),
    )
    assert await do(ben, is_waiting, room.id)
    assert await do(ben, my_rooms) == []
    assert [each.uses for each in await do(aiko, invite_links, room.id)] == [1]
    assert await do(chloe, join_requests, room.id) == [ben.person]
    events.clear()
    await do(chloe, approve_join_request, room.id, ben.user_id)
    assert [type(event) for event in events] == [MemberJoined, JoinRequestsChanged]
    assert (events[0].person, events[0].role, events[1].waiting) == (ben.person, "guest", ())
    assert not await do(ben, is_waiting, room.id)
    with refused("join_request_not_found"):
        await do(aiko, approve_join_request, room.id, ben.user_id)


async def test_declined_person_may_request_again(do: Do, make: Factory, events: list[object]):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko}, join_approval=True)
    link = await do(aiko, create_invite_link, room.id)
    await do(ben, join_by_link, link.token)
    await do(aiko, decline_join_request, room.id, ben.user_id)
    assert events[-2].waiting == ()
    assert events[-1] == JoinRequestDeclined(room.id, room.name, ben.user_id)
    assert [member.person for member in await do(aiko, room_members, room.id)] == [aiko.person]
    with refused("join_request_not_found"):
        await do(aiko, decline_join_request, room.id, ben.user_id)
    await do(ben, join_by_link, link.token)
    assert await do(ben, is_waiting, room.id)


async def test_member_who_opens_a_link_does_not_wait(do: Do, make: Factory, events: list[object]):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko}, join_approval=True)
    link = await do(aiko, create_invite_link, room.id)
    await do(aiko, join_by_link, link.token)
    assert not await do(aiko, is_waiting, room.id)
    assert events == []


async def test_ban_ends_the_join_request(do: Do, make: Factory, events: list[object]):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko}, join_approval=True)
    link = await do(aiko, create_invite_link, room.id)
    await do(ben, join_by_link, link.token)
    await do(aiko, ban_member, room.id, ben.user_id)
    assert events[-2].waiting == ()
    assert events[-1] == JoinRequestDeclined(room.id, room.name, ben.user_id)
    with refused("banned"):
        await do(ben, join_by_link, link.token)


@pytest.mark.parametrize("end", [delete_room, leave_room])
async def test_deleting_a_room_ends_its_join_requests(do: Do, make: Factory, events: list[object], end: Any):
    aiko, ben, chloe = [await make.actor() for _ in range(3)]
    room = await make.room({Role.MASTER: aiko}, join_approval=True)
    link = await do(aiko, create_invite_link, room.id)
    await do(ben, join_by_link, link.token)
    await do(aiko, invite, room.id, str(chloe.user_id))
    [invitation] = await do(chloe, my_invitations)
    events.clear()
    await do(aiko, end, room.id)
    assert JoinRequestDeclined(room.id, room.name, ben.user_id) in events
    assert InvitationEnded(invitation.id, room.id, chloe.user_id) in events
    assert not await do(ben, is_waiting, room.id)


async def test_joining_in_another_way_ends_the_request(do: Do, make: Factory, events: list[object]):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko}, join_approval=True)
    link = await do(aiko, create_invite_link, room.id)
    await do(ben, join_by_link, link.token)
    await do(aiko, update_room, room.id, join_approval=False)
    await do(ben, join_by_link, link.token)
    assert await do(aiko, join_requests, room.id) == []
    assert not await do(ben, is_waiting, room.id)


async def test_two_admins_at_once_have_one_winner(do: Do, make: Factory, events: list[object]):
    aiko, ben, chloe = [await make.actor() for _ in range(3)]
    room = await make.room({Role.MASTER: aiko, Role.ADMIN: chloe}, join_approval=True)
    link = await do(aiko, create_invite_link, room.id)
    await do(ben, join_by_link, link.token)
    results = await asyncio.gather(
        do(aiko, approve_join_request, room.id, ben.user_id),
        do(chloe, decline_join_request, room.id, ben.user_id),
        return_exceptions=True,
    )
    assert [result.code for result in results if isinstance(result, DomainError)] == ["join_request_not_found"]
    joined = [event for event in events if isinstance(event, MemberJoined)]
    assert len(joined) == (results[0] is None)


@pytest.mark.slow
async def test_join_requests_are_limited(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko}, join_approval=True)
    link = await do(aiko, create_invite_link, room.id)
    for _ in range(ASKS_TO_JOIN.amount):
        await do(ben, join_by_link, link.token)
        await do(aiko, decline_join_request, room.id, ben.user_id)
    with refused("rate_limited"):
        await do(ben, join_by_link, link.token)


async def test_member_is_not_admitted_twice(do: Do, make: Factory, work: UnitOfWork, events: list[object]):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko})
    async with work.begin(aiko) as ctx:
        held = await ctx.db.get_one(type(room), room.id, with_for_update=True)
        assert await admit(ctx, held, ben.person, Role.GUEST)
        assert not await admit(ctx, held, ben.person, Role.ADMIN)
    assert [(event.rev, event.role) for event in events] == [(2, "guest")]
