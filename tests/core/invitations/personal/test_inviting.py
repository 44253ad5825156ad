"""Inviting people to a room: the invited people, their roles, and the notifications."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.errors import UserNotFound
from chat_app.core.direct.blocking import block_person, unblock_person
from chat_app.core.direct.commands import start_direct_chat
from chat_app.core.groups.commands import add_to_group, create_group
from chat_app.core.groups.errors import GroupNotFound
from chat_app.core.invitations import personal
from chat_app.core.invitations.answers import accept_invitation, cancel_invitation, decline_invitation
from chat_app.core.invitations.errors import InvitationNotFound
from chat_app.core.invitations.events import InvitationsSent
from chat_app.core.invitations.group import invite_group
from chat_app.core.invitations.links import (
    invite_links,
    revoke_invite_link,
)
from chat_app.core.invitations.personal import invite
from chat_app.core.invitations.queries import my_invitations, pending_invitations
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.errors import Invalid, NotAllowed, RateLimited
from chat_app.core.live.addressing.rooms import ops_for
from chat_app.core.live.ops.shared import user_channel
from chat_app.core.mail.commands import path_of
from chat_app.core.mail.tables import Mail
from chat_app.core.people.search import search_people
from chat_app.core.rooms.commands import delete_room
from chat_app.core.rooms.errors import RoomNotFound
from chat_app.core.rooms.events import InvitationEnded, MemberJoined
from chat_app.core.rooms.queries import my_rooms, room_members
from chat_app.core.rooms.tables import Room
from tests.core.invitations.personal.inviting import asked
from tests.support.factory import Factory
from tests.support.refusal import code_of
from tests.support.use_cases import Do


async def mails(ctx: Context) -> list[Mail]:
    return list(await ctx.db.scalars(select(Mail)))


async def test_invited_person_accepts_and_joins(do: Do, make: Factory, events: list[object]):
    aiko, ben, room, invitation = await asked(do, make, role="guest")
    assert (invitation.room_name, invitation.description, invitation.role) == ("Tea", "and cake", "guest")
    assert (invitation.inviter, invitation.person) == (aiko.person, ben.person)
    assert await do(aiko, pending_invitations, room.id) == [invitation]
    assert events == [InvitationsSent(room.id, (invitation,))]
    events.clear()
    with pytest.raises(RoomNotFound):
        await do(ben, room_members, room.id)
    joined = await do(ben, accept_invitation, invitation.id)
    assert set(map(type, events)) == {InvitationEnded, MemberJoined}
    assert joined.rev == room.rev + 2, "a line says it"
    assert [(access.room.id, access.role) for access in await do(ben, my_rooms)] == [(room.id, Role.GUEST)]
    assert await do(aiko, pending_invitations, room.id) == await do(ben, my_invitations) == []
    assert (await do(ben, accept_invitation, invitation.id)).id == room.id  # again, from another tab
    with pytest.raises(InvitationNotFound):
        await do(ben, decline_invitation, invitation.id)


@pytest.mark.parametrize("name", ["{username}", " @{username}", "{username}@example.com", "{id}", "{upper}"])
async def test_a_person_goes_by_several_names(do: Do, make: Factory, name: str):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko})
    person = ben.person
    names = {"username": person.username, "id": person.id, "upper": person.username.upper()}
    came = await do(aiko, invite, room.id, name.format(**names))
    assert (came.outcome, came.person) == ("invited", person)
    assert await do(None, mails) == []


@pytest.mark.parametrize("name", ["", "nobody", "@", "no one", "\x00", "x" * 10_000, "\ud800", "a@b@c"])
async def test_unknown_recipient_is_not_found(do: Do, make: Factory, name: str):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    with pytest.raises(UserNotFound):
        await do(aiko, invite, room.id, name)


async def test_member_or_invited_person_is_not_invited_again(do: Do, make: Factory, events: list[object]):
    aiko, ben, room, invitation = await asked(do, make)
    events.clear()
    assert (await do(aiko, invite, room.id, ben.person.username, role="reader")).outcome == "already_invited"
    assert (await do(aiko, invite, room.id, aiko.person.username)).outcome == "already_in"
    assert await do(ben, my_invitations) == [invitation]
    assert events == []


async def test_invitation_above_ones_own_role_is_refused(do: Do, make: Factory):
    admin, ben = await make.actor(), await make.actor()
    room = await make.room({Role.ADMIN: admin})
    assert (await do(admin, invite, room.id, ben.person.username, role="admin")).outcome == "invited"
    for role, error in (("master", Invalid), ("king", Invalid)):
        with pytest.raises(error):
            await do(admin, invite, room.id, ben.person.username, role=role)
    member = await make.actor()
    await make.join(room, member)
    with pytest.raises(NotAllowed):
        await do(member, invite, room.id, ben.person.username)


async def test_into_a_deleted_room_nobody_is_asked(do: Do, make: Factory):
    aiko, ben, room, invitation = await asked(do, make)
    await do(aiko, delete_room, room.id)
    assert await do(ben, my_invitations) == []
    assert await code_of(do(ben, accept_invitation, invitation.id)) == "room_not_found"


async def test_an_address_without_account_gets_mail(do: Do, make: Factory, work: UnitOfWork):
    aiko = await make.actor(locale="ja", name="愛子")
    room = await make.room({Role.MASTER: aiko}, name="茶")
    came = await do(aiko, invite, room.id, " New@Example.COM ", role="guest")
    assert (came.outcome, came.person, came.address) == ("mailed", None, "new@example.com")
    [mail] = await do(None, mails)
    [link] = await do(aiko, invite_links, room.id)
    assert (mail.address, mail.kind, mail.locale) == ("new@example.com", "invitation", "ja")
    assert mail.details == {"inviter": "愛子", "room": "茶"}
    assert path_of(mail, work.policy.keys) == f"/join/{link.token}"
    assert (link.sent_to, link.role, link.max_uses) == ("new@example.com", "guest", 1)
    assert (await do(aiko, invite, room.id, "new@example.com")).outcome == "already_invited"
    await do(aiko, revoke_invite_link, room.id, link.id)
    assert (await do(aiko, invite, room.id, "new@example.com")).outcome == "mailed"


async def test_an_address_that_nobody_has_shown_to_be_theirs_gets_mail(do: Do, make: Factory, work: UnitOfWork):
    aiko, false = await make.actor(), await make.actor(email="boss@example.com")
    room = await make.room({Role.MASTER: aiko})
    assert [each.id for each in await do(aiko, search_people, "boss@example.com")] == [false.user_id]
    work.policy = replace(work.policy, mail_leaves=True)
    assert await do(aiko, search_people, "boss@example.com") == []
    assert (await do(aiko, invite, room.id, "boss@example.com")).outcome == "mailed"
    boss = await make.actor(email="the.boss@example.com", email_verified_at=datetime.now(UTC))
    assert (await do(aiko, invite, room.id, "the.boss@example.com")).person == boss.person


@pytest.mark.slow
async def test_mail_to_strangers_has_an_end(do: Do, make: Factory, monkeypatch: pytest.MonkeyPatch):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    for number in range(personal.MAILED.amount):
        await do(aiko, invite, room.id, f"{number}@example.com")
    with pytest.raises(RateLimited):
        await do(aiko, invite, room.id, "one.more@example.com")


async def test_invitation_mails_to_one_address_are_limited(do: Do, make: Factory):
    for _ in range(personal.TO_ONE_STRANGER.amount):
        aiko = await make.actor()
        room = await make.room({Role.MASTER: aiko})
        assert (await do(aiko, invite, room.id, "ben@example.com")).outcome == "mailed"
    again = await make.room({Role.MASTER: aiko})
    with pytest.raises(RateLimited):
        await do(aiko, invite, again.id, "ben@example.com")


async def test_group_invitation_returns_each_outcome(do: Do, make: Factory, events: list[object]):
    aiko, ben, chloe, dan = [await make.actor(name=name) for name in ("Aiko", "Ben", "Chloe", "Dan")]
    room = await make.room({Role.MASTER: aiko})
    await make.join(room, ben)
    group = await do(aiko, create_group, "Friends")
    for person in (aiko, ben, chloe, dan):
        await do(aiko, add_to_group, group.id, person.person.username)
    await do(aiko, invite, room.id, chloe.person.username)
    events.clear()
    results = await do(aiko, invite_group, room.id, group.id, role="reader")
    assert [(each.person.name, each.outcome.value) for each in results] == [
        ("Ben", "already_in"),
        ("Chloe", "already_invited"),
        ("Dan", "invited"),
    ]
    [sent] = events
    assert [each.person for each in sent.invitations] == [dan.person]
    assert [each.role for each in await do(dan, my_invitations)] == ["reader"]
    with pytest.raises(GroupNotFound):
        await do(await admin_of(make, room), invite_group, room.id, group.id)


async def admin_of(make: Factory, room: Room) -> Actor:
    admin = await make.actor()
    await make.join(room, admin, Role.ADMIN)
    return admin


async def test_concurrent_invitations_create_one(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko})
    both = [aiko, await admin_of(make, room)]
    came = await asyncio.gather(*(do(who, invite, room.id, ben.person.username) for who in both * 3))
    assert sorted(each.outcome.value for each in came) == ["already_invited"] * 5 + ["invited"]
    assert len(await do(ben, my_invitations)) == 1


async def test_invitation_by_blocked_person_is_hidden_from_invitee(do: Do, make: Factory, events: list[object]):
    """The inviter sees the same as for a stranger who does not answer."""
    aiko, ben, stranger = await make.actor(), await make.actor(), await make.actor()
    await do(ben, block_person, aiko.person.username)
    seen, told = [], []
    for other in (ben, stranger):
        room = await make.room({Role.MASTER: aiko, Role.ADMIN: await make.actor()})
        name, other_room = other.person.username, await make.room({Role.MASTER: aiko})
        group = await do(aiko, create_group, "Friends")
        await do(aiko, add_to_group, group.id, name)
        events.clear()
        answers = [await do(aiko, invite, room.id, to) for to in (name, str(other.user_id), name)]
        answers += await do(aiko, invite_group, room.id, group.id)
        answers += await do(aiko, invite_group, other_room.id, group.id)
        pending = await do(aiko, pending_invitations, room.id)
        told.append([where for event in events for where, _ in ops_for(event) if where == user_channel(other.user_id)])
        await do(aiko, cancel_invitation, room.id, pending[0].id)
        answers.append(await do(aiko, invite, room.id, name))
        seen.append(([each.outcome.value for each in answers], [each.role for each in pending]))
        assert [each.person for each in pending] == [other.person]
    assert seen[0] == seen[1]
    assert [len(each) for each in told] == [0, 2]
    assert await do(ben, my_invitations) == []
    await do(ben, unblock_person, aiko.person.username)
    assert len(await do(ben, my_invitations)) == 2


async def test_person_blocked_by_the_inviter_is_not_invited(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko})
    await do(aiko, block_person, ben.person.username)
    await do(ben, block_person, aiko.person.username)
    assert (await do(aiko, invite, room.id, ben.person.username)).outcome == "blocked"
    group = await do(aiko, create_group, "Friends")
    await do(aiko, add_to_group, group.id, ben.person.username)
    assert [each.outcome.value for each in await do(aiko, invite_group, room.id, group.id)] == ["blocked"]
    assert await do(ben, my_invitations) == []


async def test_block_hides_existing_invitations(do: Do, make: Factory):
    aiko, ben, _, _ = await asked(do, make)
    await do(ben, block_person, aiko.person.username)
    assert await do(ben, my_invitations) == []


async def test_direct_chat_refuses_invitations(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    chat = await do(aiko, start_direct_chat, ben.person.username)
    with pytest.raises(NotAllowed):
        await do(aiko, invite, chat.room.id, (await make.actor()).person.username)
