"""Answers to invitations: accepted, declined, cancelled, or ended otherwise."""

import asyncio

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.invitations import queries
from chat_app.core.invitations.answers import accept_invitation, cancel_invitation, decline_invitation
from chat_app.core.invitations.errors import InvitationNotFound
from chat_app.core.invitations.links import (
    create_invite_link,
    join_by_link,
    preview_link,
)
from chat_app.core.invitations.personal import invite
from chat_app.core.invitations.queries import my_invitations
from chat_app.core.rooms.commands import leave_room
from chat_app.core.rooms.errors import RoomNotFound
from chat_app.core.rooms.events import InvitationEnded, MemberJoined
from chat_app.core.rooms.members import ban_member, change_role, remove_member
from chat_app.core.rooms.queries import my_rooms, room_members
from chat_app.core.rooms.tables import Room
from tests.core.invitations.personal.inviting import asked
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.refusal import code_of
from tests.support.use_cases import Do


async def test_after_an_answer_one_may_be_asked_again(do: Do, make: Factory):
    aiko, ben, room, invitation = await asked(do, make)
    await do(ben, decline_invitation, invitation.id)
    for end in (decline_invitation, accept_invitation):
        with pytest.raises(InvitationNotFound):
            await do(ben, end, invitation.id)
    await do(aiko, invite, room.id, ben.person.username)
    [again] = await do(ben, my_invitations)
    await do(ben, accept_invitation, again.id)
    await do(ben, leave_room, room.id)
    with pytest.raises(InvitationNotFound):  # an invitation lets in once
        await do(ben, accept_invitation, again.id)


async def test_cancelled_invitation_is_not_found(do: Do, make: Factory, events: list[object]):
    aiko, ben, room, invitation = await asked(do, make)
    events.clear()
    await do(aiko, cancel_invitation, room.id, invitation.id)
    assert events == [InvitationEnded(invitation.id, room.id, ben.user_id)]
    assert await do(ben, my_invitations) == []
    with pytest.raises(InvitationNotFound):
        await do(ben, accept_invitation, invitation.id)
    with pytest.raises(InvitationNotFound):
        await do(aiko, cancel_invitation, room.id, invitation.id)


async def test_an_invitation_is_nobody_elses(do: Do, make: Factory):
    _, _, room, invitation = await asked(do, make)
    eve = await make.actor()
    own = await make.room({Role.MASTER: eve})
    for attempt in (
        do(eve, accept_invitation, invitation.id),
        do(eve, decline_invitation, invitation.id),
        do(eve, cancel_invitation, own.id, invitation.id),
        do(eve, accept_invitation, "nonsense"),
    ):
        with pytest.raises(InvitationNotFound):
            await attempt
    with pytest.raises(RoomNotFound):
        await do(eve, cancel_invitation, room.id, invitation.id)
    assert await do(eve, my_invitations) == []


@pytest.mark.parametrize(("now", "comes_as"), [("admin", "admin"), ("guest", "member"), (None, "member")])
async def test_admin_invitation_needs_inviter_to_stay_admin(do: Do, make: Factory, now: str | None, comes_as: str):
    master, admin, ben, chloe = [await make.actor() for _ in range(4)]
    room = await make.room({Role.MASTER: master, Role.ADMIN: admin})
    link = await do(admin, create_invite_link, room.id, role="admin")
    await do(admin, invite, room.id, ben.person.username, role="admin")
    if now:
        await do(master, change_role, room.id, admin.user_id, now)
    else:
        await do(master, remove_member, room.id, admin.user_id)
        await do(admin, join_by_link, link.token)
    [invitation] = await do(ben, my_invitations)
    await do(ben, accept_invitation, invitation.id)
    assert (await do(None, preview_link, link.token)).role == comes_as
    await do(chloe, join_by_link, link.token)
    roles = {member.person.id: member.role for member in await do(master, room_members, room.id)}
    assert (roles[ben.user_id], roles[chloe.user_id]) == (comes_as, comes_as)
    assert roles[admin.user_id] == (now or comes_as)


async def test_join_by_link_ends_invitation(do: Do, make: Factory, events: list[object]):
    aiko, ben, room, invitation = await asked(do, make)
    link = await do(aiko, create_invite_link, room.id)
    events.clear()
    await do(ben, join_by_link, link.token)
    assert InvitationEnded(invitation.id, room.id, ben.user_id) in events
    assert await do(ben, my_invitations) == []


async def test_an_inbox_shows_the_newest(do: Do, make: Factory, clock: Clock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queries, "PENDING_SHOWN", 2)
    aiko, ben = await make.actor(), await make.actor()
    for name in ("one", "two", "three"):
        clock.advance(minutes=1)
        room = await make.room({Role.MASTER: aiko}, name=name)
        await do(aiko, invite, room.id, ben.person.username)
    assert [each.room_name for each in await do(ben, my_invitations)] == ["three", "two"]


@pytest.mark.parametrize("other", ["decline", "cancel", "accept"])
@pytest.mark.slow
async def test_answers_that_race_have_one_winner(do: Do, make: Factory, other: str, events: list[object]):
    for _ in range(5):
        aiko, ben, room, invitation = await asked(do, make)
        events.clear()
        rivals = {
            "decline": do(ben, decline_invitation, invitation.id),
            "cancel": do(aiko, cancel_invitation, room.id, invitation.id),
            "accept": do(ben, accept_invitation, invitation.id),
        }
        codes = await asyncio.gather(code_of(do(ben, accept_invitation, invitation.id)), code_of(rivals.pop(other)))
        for unused in rivals.values():
            unused.close()
        is_in = bool(await do(ben, my_rooms))
        assert sum(isinstance(event, InvitationEnded) for event in events) == 1
        assert sum(isinstance(event, MemberJoined) for event in events) == is_in
        if other == "accept":
            assert codes == [None, None]
        else:
            assert sorted(map(str, codes)) == ["None", "invitation_not_found"]
            assert (codes[0] is None) == is_in


async def test_ban_cancels_invitation(do: Do, make: Factory):
    aiko, ben, room, invitation = await asked(do, make)
    await do(aiko, ban_member, room.id, ben.user_id)
    assert await do(ben, my_invitations) == []
    with pytest.raises(InvitationNotFound):
        await do(ben, accept_invitation, invitation.id)
    assert (await do(aiko, invite, room.id, ben.person.username)).outcome == "banned"


async def test_invited_person_needs_no_approval(do: Do, make: Factory):
    _, ben, room, invitation = await asked(do, make)
    async with do.work.begin() as ctx:
        (await ctx.db.get_one(Room, room.id)).join_approval = True
    await do(ben, accept_invitation, invitation.id)
    assert [access.room.id for access in await do(ben, my_rooms)] == [room.id]
