"""Roles, removal, transfer and bans."""

import asyncio

import pytest
from sqlalchemy import select

from chat_app.core.access.permissions import Role
from chat_app.core.invitations.links import create_invite_link, join_by_link
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import DomainError
from chat_app.core.kernel.ids import new_id
from chat_app.core.rooms.commands import leave_room, set_ai_rights
from chat_app.core.rooms.events import MemberJoined, MemberLeft, RoleChanged
from chat_app.core.rooms.members import (
    ban_member,
    banned_people,
    change_role,
    remove_member,
    transfer_room,
    unban_member,
)
from chat_app.core.rooms.queries import my_rooms, room_members
from chat_app.core.rooms.tables import Member, Room
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.roles import permissions_of
from tests.support.use_cases import Do


async def roles(work: UnitOfWork, room: Room) -> dict[object, str]:
    """Return the members of the room from the table."""
    async with work.begin() as ctx:
        rows = await ctx.db.execute(select(Member.user_id, Member.role).where(Member.room_id == room.id))
        return dict(rows.all())


def told(role: Role) -> tuple[str, ...]:
    return tuple(permission.value for permission in permissions_of(role))


async def test_a_role_is_changed_and_told_with_what_it_may(do: Do, make: Factory, events: list[object]):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    for _ in range(2):  # the second time it is so already
        assert (await do(aiko, change_role, room.id, str(ben.user_id), "guest")).role is Role.GUEST
    assert events == [RoleChanged(room.id, 2, ben.person, "guest", told(Role.GUEST))]
    [access] = await do(ben, my_rooms)
    assert (access.role, access.room.rev) == (Role.GUEST, 3), "a line says it"


async def test_published_permissions_follow_the_rooms_ai_rights(do: Do, make: Factory, events: list[object]):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    await do(aiko, set_ai_rights, room.id, {"ask_ai": "guest"})
    await do(aiko, change_role, room.id, ben.user_id, "guest")
    assert "ask_ai" in events[-1].permissions


PAIRS = [(Role.ADMIN, each) for each in Role] + [(Role.MASTER, each) for each in Role if each is not Role.MASTER]


@pytest.mark.parametrize(("actor_role", "target_role"), PAIRS)
@pytest.mark.parametrize("act", [remove_member, ban_member, change_role])
async def test_member_of_equal_or_higher_role_cannot_be_changed(
    do: Do, make: Factory, work: UnitOfWork, act: object, actor_role: Role, target_role: Role
):
    actor, target = await make.actor(), await make.actor()
    room = await make.room({actor_role: actor} if target_role is not Role.MASTER else {Role.MASTER: target})
    if target_role is Role.MASTER:
        await make.join(room, actor, actor_role)
    else:
        await make.join(room, target, target_role)
    more = ["reader"] if act is change_role else []
    if target_role.rank >= actor_role.rank:
        with refused("not_allowed"):
            await do(actor, act, room.id, target.user_id, *more)
        assert (await roles(work, room))[target.user_id] == target_role
    else:
        await do(actor, act, room.id, target.user_id, *more)
        assert (await roles(work, room)).get(target.user_id) == ("reader" if more else None)


@pytest.mark.parametrize("actor_role", [Role.ADMIN, Role.MASTER])
@pytest.mark.parametrize("given", Role)
async def test_role_above_ones_own_cannot_be_given(do: Do, make: Factory, actor_role: Role, given: Role):
    actor, target = await make.actor(), await make.actor()
    room = await make.room({actor_role: actor, Role.READER: target})
    if given is Role.MASTER:
        with refused("choice_invalid") as refusal:
            await do(actor, change_role, room.id, target.user_id, given)
        assert refusal.details == {"field": "role"}
    else:
        assert (await do(actor, change_role, room.id, target.user_id, given)).role is given


@pytest.mark.parametrize("role", ["", "emperor", "MASTER", "\x00"])
async def test_unknown_role_is_refused(do: Do, make: Factory, role: str):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    with refused("choice_invalid"):
        await do(aiko, change_role, room.id, ben.user_id, role)


async def test_own_role_cannot_be_changed(do: Do, make: Factory):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    with refused("not_allowed"):
        await do(aiko, change_role, room.id, aiko.user_id, "reader")
    with refused("not_allowed"):
        await do(aiko, ban_member, room.id, aiko.user_id)


@pytest.mark.parametrize("who", [None, "nonsense", "\x00", "a stranger"])
@pytest.mark.parametrize("act", [remove_member, ban_member, change_role, transfer_room])
async def test_unknown_member_is_not_found(do: Do, make: Factory, act: object, who: str | None):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    target = new_id() if who == "a stranger" else who
    with refused("member_not_found"):
        await do(aiko, act, room.id, target, *(["guest"] if act is change_role else []))


async def test_removed_member_does_not_see_the_room(do: Do, make: Factory, events: list[object]):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.ADMIN: aiko, Role.MEMBER: ben})
    await do(aiko, remove_member, room.id, ben.user_id)
    assert events == [MemberLeft(room.id, 2, ben.user_id, removed=True)]
    with refused("room_not_found"):
        await do(ben, room_members, room.id)
    with refused("member_not_found"):
        await do(aiko, remove_member, room.id, ben.user_id)


async def test_removing_oneself_is_leaving(do: Do, make: Factory, events: list[object]):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.READER: ben})
    with refused("master_must_transfer"):
        await do(aiko, remove_member, room.id, aiko.user_id)
    await do(ben, remove_member, room.id, str(ben.user_id))
    assert events == [MemberLeft(room.id, 2, ben.user_id)]


async def test_handing_over_makes_the_former_master_an_admin(
    do: Do, make: Factory, work: UnitOfWork, events: list[object]
):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.READER: ben})
    access = await do(aiko, transfer_room, room.id, str(ben.user_id))
    assert access.role is Role.ADMIN
    assert await roles(work, room) == {aiko.user_id: "admin", ben.user_id: "master"}
    assert events == [
        RoleChanged(room.id, 2, aiko.person, "admin", told(Role.ADMIN)),
        RoleChanged(room.id, 3, ben.person, "master", told(Role.MASTER)),
    ]
    with refused("not_allowed"):
        await do(aiko, transfer_room, room.id, aiko.user_id)
    await do(aiko, leave_room, room.id)


async def test_handing_over_to_oneself_changes_nothing(do: Do, make: Factory, events: list[object]):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    assert (await do(aiko, transfer_room, room.id, aiko.user_id)).role is Role.MASTER
    assert events == []


async def test_concurrent_transfers_have_one_winner(do: Do, make: Factory, work: UnitOfWork):
    aiko, ben, chloe = [await make.actor() for _ in range(3)]
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben, Role.GUEST: chloe})
    heirs = (ben, chloe)
    results = await asyncio.gather(
        *(do(aiko, transfer_room, room.id, heir.user_id) for heir in heirs), return_exceptions=True
    )
    assert [result.code for result in results if isinstance(result, DomainError)] == ["not_allowed"]
    assert sorted((await roles(work, room)).values()).count("master") == 1


async def test_handing_over_while_the_heir_leaves(do: Do, make: Factory, work: UnitOfWork):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    await asyncio.gather(
        do(aiko, transfer_room, room.id, ben.user_id), do(ben, leave_room, room.id), return_exceptions=True
    )
    assert list((await roles(work, room)).values()).count("master") == 1


async def test_two_admins_remove_one_another(do: Do, make: Factory, work: UnitOfWork):
    aiko, ben, chloe = [await make.actor() for _ in range(3)]
    room = await make.room({Role.MASTER: aiko, Role.ADMIN: ben, Role.MEMBER: chloe})
    results = await asyncio.gather(
        do(aiko, remove_member, room.id, ben.user_id),
        do(ben, remove_member, room.id, chloe.user_id),
        return_exceptions=True,
    )
    assert ben.user_id not in await roles(work, room)
    assert results[1] is None or results[1].code == "room_not_found"


async def test_a_ban_keeps_out_until_it_is_lifted(do: Do, make: Factory, events: list[object]):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    link = await do(aiko, create_invite_link, room.id)
    for _ in range(2):
        await do(aiko, ban_member, room.id, ben.user_id)
    assert events == [MemberLeft(room.id, 2, ben.user_id, removed=True)]
    assert await do(aiko, banned_people, room.id) == [ben.person]
    with refused("banned"):
        await do(ben, join_by_link, link.token)
    for _ in range(2):
        await do(aiko, unban_member, room.id, ben.user_id)
    assert await do(aiko, banned_people, room.id) == []
    await do(ben, join_by_link, link.token)
    assert isinstance(events[-1], MemberJoined)


async def test_person_who_never_joined_can_be_banned(do: Do, make: Factory, events: list[object]):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko})
    await do(aiko, ban_member, room.id, ben.user_id)
    assert await do(aiko, banned_people, room.id) == [ben.person]
    assert events == []


async def test_banning_while_they_come_in_leaves_nobody_in_and_banned(do: Do, make: Factory, work: UnitOfWork):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko})
    link = await do(aiko, create_invite_link, room.id)
    await asyncio.gather(
        do(aiko, ban_member, room.id, ben.user_id), do(ben, join_by_link, link.token), return_exceptions=True
    )
    assert ben.user_id not in await roles(work, room)
