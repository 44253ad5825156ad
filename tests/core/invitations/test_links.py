"""Invite links."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from chat_app.core.access.permissions import Role
from chat_app.core.invitations.links import (
    LOOKS,
    create_invite_link,
    invite_links,
    join_by_link,
    preview_link,
    revoke_invite_link,
    usable_link,
)
from chat_app.core.invitations.tables import InviteLink
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import DomainError
from chat_app.core.kernel.ids import new_id
from chat_app.core.kernel.secrets.keyring import Keyring
from chat_app.core.rooms.commands import delete_room, leave_room
from chat_app.core.rooms.events import MemberJoined
from chat_app.core.rooms.queries import my_rooms, room_members
from chat_app.core.rooms.tables import Room
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do


async def test_person_joins_by_link(do: Do, make: Factory, events: list[object]):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko})
    for _ in range(3):
        await make.message(room, aiko)
    link = await do(aiko, create_invite_link, room.id)
    invitation = await do(None, preview_link, link.token)
    assert (invitation.room.id, invitation.role, invitation.members) == (room.id, Role.MEMBER, 1)

    joined = await do(ben, join_by_link, link.token)
    assert events == [MemberJoined(room.id, joined.rev - 1, ben.person, "member")]
    assert joined.rev == 6, "a line says it"
    [access] = await do(ben, my_rooms)
    assert (access.role, access.member.last_read_seq, access.room.last_seq) == (Role.MEMBER, 4, 4)


async def test_member_keeps_role_when_joining_by_link(do: Do, make: Factory, events: list[object]):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    link = await do(aiko, create_invite_link, room.id, role="guest", max_uses=1)
    for _ in range(2):
        await do(aiko, join_by_link, link.token)
    assert events == []
    [access] = await do(aiko, my_rooms)
    assert access.role is Role.MASTER
    assert [link.uses for link in await do(aiko, invite_links, room.id)] == [0]


async def test_former_member_rejoins_by_link(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko})
    link = await do(aiko, create_invite_link, room.id)
    for _ in range(2):
        await do(ben, join_by_link, link.token)
        await do(ben, leave_room, room.id)
    assert [link.uses for link in await do(aiko, invite_links, room.id)] == [2]


async def made_useless(do: Do, how: str, clock: Clock, make: Factory, room: Room, aiko: object) -> InviteLink:
    """Create an invite link that no longer works."""
    hours, max_uses = (1 if how == "expired" else None), (1 if how == "used up" else None)
    link = await do(aiko, create_invite_link, room.id, hours=hours, max_uses=max_uses)
    if how == "expired":
        clock.advance(hours=1)
    elif how == "used up":
        await do(await make.actor(), join_by_link, link.token)
    elif how == "revoked":
        await do(aiko, revoke_invite_link, room.id, link.id)
    else:
        await do(aiko, delete_room, room.id)
    return link


@pytest.mark.parametrize("how", ["expired", "used up", "revoked", "room deleted"])
async def test_a_link_stops_working(do: Do, make: Factory, clock: Clock, how: str):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko})
    link = await made_useless(do, how, clock, make, room, aiko)
    with refused("invite_link_not_found"):
        await do(None, preview_link, link.token)
    with refused("invite_link_not_found"):
        await do(ben, join_by_link, link.token)
    if how != "room deleted":
        assert await do(aiko, invite_links, room.id) == []
        assert ben.person not in [member.person for member in await do(aiko, room_members, room.id)]


async def test_a_race_for_the_last_use_has_one_winner(do: Do, make: Factory):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    link = await do(aiko, create_invite_link, room.id, max_uses=1)
    people = [await make.actor() for _ in range(8)]
    results = await asyncio.gather(*(do(p, join_by_link, link.token) for p in people), return_exceptions=True)
    assert sum(isinstance(result, Room) for result in results) == 1
    assert {r.code for r in results if isinstance(r, DomainError)} == {"invite_link_not_found"}
    assert len(await do(aiko, room_members, room.id)) == 2


async def test_concurrent_joins_of_one_person_count_once(do: Do, make: Factory, events: list[object]):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko})
    link = await do(aiko, create_invite_link, room.id, max_uses=5)
    await asyncio.gather(*(do(ben, join_by_link, link.token) for _ in range(5)))
    assert [link.uses for link in await do(aiko, invite_links, room.id)] == [1]
    assert len(events) == 1


async def test_concurrent_joins_by_two_links_create_one_member(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko})
    links = [await do(aiko, create_invite_link, room.id) for _ in range(4)]
    await asyncio.gather(*(do(ben, join_by_link, link.token) for link in links))
    assert sum(link.uses for link in await do(aiko, invite_links, room.id)) == 1


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"role": "master"}, "choice_invalid"),
        ({"role": "emperor"}, "choice_invalid"),
        ({"hours": 0}, "number_out_of_range"),
        ({"hours": 8761}, "number_out_of_range"),
        ({"max_uses": 0}, "number_out_of_range"),
        ({"max_uses": 10**30}, "number_out_of_range"),
    ],
)
async def test_invalid_link_is_not_created(do: Do, make: Factory, wanted: dict[str, object], code: str):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    with refused(code):
        await do(aiko, create_invite_link, room.id, **wanted)


async def test_a_link_of_another_room_cannot_be_revoked(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room, other = await make.room({Role.MASTER: aiko}), await make.room({Role.MASTER: ben})
    link = await do(ben, create_invite_link, other.id)
    for wrong in (link.id, new_id(), "nonsense"):
        with refused("invite_link_not_found"):
            await do(aiko, revoke_invite_link, room.id, wrong)
    assert len(await do(ben, invite_links, other.id)) == 1


@pytest.mark.parametrize("how", ["expired", "used up", "revoked"])
async def test_a_link_that_works_no_more_leads_its_rooms_members_in(do: Do, make: Factory, clock: Clock, how: str):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    link = await made_useless(do, how, clock, make, room, aiko)
    uses = link.uses
    seen = await do(ben, preview_link, link.token)
    assert (seen.room.id, seen.inside) == (room.id, True)
    assert (await do(ben, join_by_link, link.token)).id == room.id
    async with do.work.begin() as ctx:
        assert (await ctx.db.get_one(InviteLink, link.id)).uses == (1 if how == "used up" else uses)
    await do(ben, leave_room, room.id)
    for who in (ben, await make.actor()):
        for use_case in (preview_link, join_by_link):
            with refused("invite_link_not_found"):
                await do(who, use_case, link.token)
    with refused("invite_link_not_found"):
        await do(None, preview_link, link.token)


@pytest.mark.parametrize("token", ["", "\x00", "\ud800", "x" * 65, "a/b", "x" * 22])
async def test_invalid_token_finds_no_room(do: Do, make: Factory, token: str):
    aiko = await make.actor()
    await do(aiko, create_invite_link, (await make.room({Role.MASTER: aiko})).id)
    with refused("invite_link_not_found"):
        await do(None, preview_link, token)
    with refused("invite_link_not_found"):
        await do(aiko, join_by_link, token)


async def test_guessing_is_limited(do: Do):
    for _ in range(LOOKS.amount):
        with refused("invite_link_not_found"):
            await do(None, preview_link, "guess", address="10.0.0.1")
    with refused("rate_limited"):
        await do(None, preview_link, "guess", address="10.0.0.1")


async def test_join_after_preview_uses_current_link(do: Do, make: Factory, work: UnitOfWork, events: list[object]):
    aiko, ben, chloe = await make.actor(), await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko})
    link = await do(aiko, create_invite_link, room.id)
    async with work.begin(chloe) as ctx:
        _held = await preview_link(ctx, link.token)
        await do(ben, join_by_link, link.token)
        await join_by_link(ctx, link.token)
    bens, chloes = (event.rev for event in events if isinstance(event, MemberJoined))
    assert chloes == bens + 2, "a line comes between"


async def test_link_is_stored_sealed_and_shown_again_while_its_key_is_known(do: Do, make: Factory, work: UnitOfWork):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko})
    link = await do(aiko, create_invite_link, room.id)
    async with work.begin() as ctx:
        row = (await ctx.db.execute(text("SELECT invite_links::text FROM invite_links"))).scalar_one()
    assert link.token not in row
    assert [each.token for each in await do(aiko, invite_links, room.id)] == [link.token]
    work.policy = replace(work.policy, keyring=Keyring("other", {"other": b"o" * 32}))
    assert [each.token for each in await do(aiko, invite_links, room.id)] == [""]
    with refused("invite_link_not_found"):
        await do(aiko, usable_link, room.id, link.id)
    await do(ben, join_by_link, link.token)  # it works all the same
