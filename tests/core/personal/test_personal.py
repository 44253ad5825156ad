"""Exporting a person's own data, and deleting the account."""

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from chat_app.core.access.permissions import Permission, Role
from chat_app.core.accounts.errors import InvalidField, UserNotFound
from chat_app.core.accounts.tables import User
from chat_app.core.ai.asking.commands import ask_in_room, post_message
from chat_app.core.ai.events import RunStopRequested
from chat_app.core.auth.errors import BadCredentials
from chat_app.core.auth.events import SessionsRevoked
from chat_app.core.auth.sessions.commands import begin_session, recognise, recognise_session, sign_in
from chat_app.core.auth.tables import ApiToken, UserSession
from chat_app.core.auth.tokens.api_tokens import recognise_api_token
from chat_app.core.direct.blocking import block_person
from chat_app.core.direct.commands import start_direct_chat, start_group_chat
from chat_app.core.identities.commands import claim_account, keep_claim, link_identity, linked_user
from chat_app.core.identities.ports import ProviderProfile
from chat_app.core.invitations.answers import accept_invitation
from chat_app.core.invitations.links import create_invite_link, join_by_link
from chat_app.core.invitations.personal import invite
from chat_app.core.invitations.queries import my_invitations
from chat_app.core.invitations.tables import InviteLink
from chat_app.core.kernel.errors import DomainError
from chat_app.core.kernel.secrets.digests import digest
from chat_app.core.live.events import PersonShown
from chat_app.core.mail.tables import Mail
from chat_app.core.messages.queries import history
from chat_app.core.people.contacts import add_contact, list_contacts
from chat_app.core.people.presence import note_presence
from chat_app.core.people.search import search_people
from chat_app.core.people.tables import Block, Contact, Presence
from chat_app.core.personal.commands import delete_account
from chat_app.core.personal.errors import LastAdmin, RoomsWithoutMaster
from chat_app.core.pictures.tables import Picture
from chat_app.core.rooms.access import access_room
from chat_app.core.rooms.commands import create_room
from chat_app.core.rooms.errors import ChatClosed, RoomNotFound
from chat_app.core.rooms.events import InvitationEnded, JoinRequestsChanged, MemberLeft, RoomDeleted
from chat_app.core.rooms.members import transfer_room
from chat_app.core.rooms.membership.profiles import view_profile
from chat_app.core.rooms.queries import my_rooms, room_members
from chat_app.core.rooms.tables import Member, Room
from tests.core.identities.test_identities import Named
from tests.core.personal.everything import THEIRS, everything_of, naming
from tests.support.factory import PASSWORD, Factory
from tests.support.locks import someone_waits
from tests.support.refusal import refused
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow


async def test_messages_of_a_deleted_person_stay_without_a_name(do: Do, make: Factory, events: list[object]):
    me, ben = await make.actor(username="mara", name="Mara"), await make.actor()
    room = await make.room({Role.MASTER: ben, Role.MEMBER: me})
    await do(me, post_message, room.id, "I was here")
    await do(me, ask_in_room, room.id)
    events.clear()
    await do(me, delete_account, PASSWORD)
    [said, answer] = (await do(ben, history, room.id)).messages
    assert (said.text, said.author.name, said.author.id) == ("I was here", "", me.user_id)
    assert answer.answer.asker.name == ""
    assert [member.person for member in await do(ben, room_members, room.id)] == [ben.person]
    told = {type(event): event for event in events}
    assert told[SessionsRevoked].session_ids == (me.session_id,)
    assert (told[MemberLeft].room_id, told[MemberLeft].user_id) == (room.id, me.user_id)
    assert (told[PersonShown].person, told[PersonShown].room_ids) == (said.author, (room.id,))
    assert RunStopRequested in told


async def test_other_data_of_a_deleted_person_are_removed(do: Do, make: Factory):
    me, ben, chloe = await make.actor(username="mara"), await make.actor(), await make.actor()
    await do(me, add_contact, ben.person.username)
    await do(ben, add_contact, "mara")
    await do(me, block_person, chloe.person.username)
    await do(None, note_presence, {me.user_id: True})
    await do(me, delete_account, PASSWORD)
    async with make.work.begin() as ctx:
        assert await recognise_session(ctx, me.session_id) is None
        for table, column in (
            (Contact, "user_id"),
            (Block, "blocker_id"),
            (Presence, "user_id"),
            (UserSession, "user_id"),
        ):
            count = select(func.count()).where(getattr(table, column) == me.user_id)
            assert await ctx.db.scalar(count) == 0, table
        row = await ctx.db.get_one(User, me.user_id)
        assert "mara" not in json.dumps(row.model_dump(), default=str)
    assert (await do(ben, list_contacts), await do(ben, search_people, "mara")) == (([], False), [])
    for use_case, who in ((view_profile, "mara"), (view_profile, row.username), (start_direct_chat, row.username)):
        with pytest.raises(UserNotFound):
            await do(ben, use_case, who)
    for login in ("mara", "mara@example.com", row.username, row.email):
        with pytest.raises(BadCredentials):
            await do(None, sign_in, login, PASSWORD)
    await make.user(username="mara")  # the name and the address are free again


async def test_a_direct_chat_remains_to_be_read(do: Do, make: Factory):
    me, ben = await make.actor(), await make.actor()
    room = (await do(me, start_direct_chat, ben.person.username)).room
    await do(me, post_message, room.id, "Farewell")
    await do(me, delete_account, PASSWORD)
    assert [access.room.id for access in await do(ben, my_rooms)] == [room.id]
    left = (await do(ben, access_room, room.id, Permission.VIEW)).permissions()
    assert {*left} == {Permission.VIEW, Permission.EXPORT_ROOM}
    with pytest.raises(ChatClosed):
        await do(ben, post_message, room.id, "Wait")


async def test_rooms_with_others_are_handed_over_first_and_ones_own_end(do: Do, make: Factory, events: list[object]):
    me = await make.actor()
    alone = await make.room({Role.MASTER: me}, name="Alone")
    shared = await make.room({Role.MASTER: me, Role.MEMBER: await make.actor()}, name="Shared")
    with pytest.raises(RoomsWithoutMaster) as caught:
        await do(me, delete_account, PASSWORD)
    assert caught.value.details == {"rooms": "Shared"}
    await do(me, access_room, alone.id, Permission.SEND)
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(type(shared), shared.id)).deleted_at = ctx.now
    events.clear()
    await do(me, delete_account, PASSWORD)
    assert RoomDeleted(alone.id) in events
    with pytest.raises(RoomNotFound):
        await do(me, access_room, alone.id, Permission.VIEW)


async def test_deleting_an_account_requires_the_password(do: Do, make: Factory):
    me = await make.actor()
    with pytest.raises(InvalidField) as caught:
        await do(me, delete_account, "guess")
    assert caught.value.code == "password_wrong"


async def test_the_last_admin_stays_while_there_are_others(do: Do, make: Factory):
    admin = await make.actor(is_admin=True)
    other = await make.actor(is_admin=True)
    await do(other, delete_account, PASSWORD)
    await make.actor()
    with pytest.raises(LastAdmin):
        await do(admin, delete_account, PASSWORD)


async def test_no_row_names_a_deleted_person_but_where_others_would_miss_it(do: Do, make: Factory):
    """Checks everything that can refer to an account, in every table."""
    me, ben = await make.actor(username="mara"), await make.actor(username="ben")
    await everything_of(do, make, me, ben)
    kept = {"room_members.user_id"}  # until the rooms are left
    before = await naming(make, me.user_id) | kept
    assert before >= {f"{table.__tablename__}.{column}" for table, column in THEIRS}
    async with make.work.begin() as ctx:
        ctx.db.add(Picture(user_id=me.user_id, image=b"picture"))
    await do(me, delete_account, PASSWORD)
    assert await naming(make, me.user_id) == {
        "ai_runs.asked_by_id",
        "messages.asked_by_id",
        "messages.author_id",
        "reports.reporter_id",
        "payment_history.user_id",
        "token_balances.user_id",
        "token_transactions.user_id",
        "token_usage.asker_id",
        "token_usage.payer_id",
        "room_invitations.invited_by",
        "invite_links.created_by",
        "rooms.created_by",
    }
    async with make.work.begin() as ctx:
        assert (await ctx.db.scalars(select(Mail).where(Mail.address == "mara@example.com"))).all() == []
        assert (await ctx.db.scalars(select(InviteLink).where(InviteLink.sent_to == "mara@example.com"))).all() == []


async def test_join_requests_and_invitations_of_deleted_person_vanish(do: Do, make: Factory, events: list[object]):
    me, ben = await make.actor(), await make.actor()
    room, other = await make.room({Role.MASTER: ben}), await make.room({Role.MASTER: ben})
    await make.waiting(room, me)
    await do(ben, invite, other.id, str(me.user_id))
    events.clear()
    await do(me, delete_account, PASSWORD)
    assert JoinRequestsChanged(room.id, (ben.user_id,), ()) in events
    assert [event.room_id for event in events if isinstance(event, InvitationEnded)] == [other.id]


async def test_an_account_elsewhere_is_free_again(do: Do, make: Factory):
    me = await make.actor(username="mara")
    profile = ProviderProfile("https://id.example", "42", "mara@id.example", email_verified=True)
    await do(me, link_identity, profile)
    user = await do(None, linked_user, profile)
    await do(me, delete_account, PASSWORD)
    assert await do(None, linked_user, profile) is None
    async with make.work.begin() as ctx:
        with refused("bad_credentials"):
            begin_session(ctx, await ctx.db.get_one(User, user.id), address="", user_agent="")
    with refused("not_signed_in"):
        await do(me, link_identity, profile)
    token = await do(None, keep_claim, Named(), profile, "/")
    await do(None, claim_account, token, username="mara")
    await do(await make.actor(), list_contacts)


async def test_a_session_of_a_deleted_account_opens_nothing(do: Do, make: Factory):
    """Covers a session that began at the same time, after the others were ended."""
    me = await make.actor()
    await do(me, delete_account, PASSWORD)
    async with make.work.begin() as ctx:
        row = {"user_id": me.user_id, "created_at": ctx.now, "expires_at": ctx.now + timedelta(days=1)}
        ctx.db.add(session := UserSession(token_hash=digest("secret"), **row))
        token = {"name": "Bot", "token_hash": digest("parley_x"), "scopes": ["read"], "created_at": ctx.now}
        ctx.db.add(ApiToken(user_id=me.user_id, **token))
        await ctx.db.flush()
        assert await recognise_session(ctx, session.id) is None
        assert await recognise(ctx, "secret") is None
        assert await recognise_api_token(ctx, "parley_x") is None


async def test_concurrent_changes_leave_no_deleted_person_in_a_room(do: Do, make: Factory):
    """Joins, creates, is invited, writes and blocks while the account is deleted: no error and no rest."""
    for _ in range(6):
        me, ben = await make.actor(), await make.actor()
        mine, bens = await make.room({Role.MASTER: ben, Role.MEMBER: me}), await make.room({Role.MASTER: ben})
        chat = (await do(me, start_direct_chat, ben.person.username)).room
        await do(me, post_message, chat.id, "Hello")
        await do(ben, invite, bens.id, str(me.user_id))
        [invitation] = await do(me, my_invitations)
        link = await do(ben, create_invite_link, (await make.room({Role.MASTER: ben})).id)
        await make.waiting(mine, waiting := await make.actor())
        acts = [
            do(me, delete_account, PASSWORD),
            do(me, create_room, name="Late"),
            do(me, join_by_link, link.token),
            do(me, accept_invitation, invitation.id),
            do(me, post_message, mine.id, "Late"),
            do(ben, post_message, chat.id, "Late"),
            do(ben, block_person, me.person.username),
            do(ben, transfer_room, mine.id, me.user_id),
            do(ben, start_group_chat, [me.person.username]),
            do(waiting, start_direct_chat, me.person.username),
        ]
        outcomes = await asyncio.gather(*acts, return_exceptions=True)
        faults = [each for each in outcomes if isinstance(each, Exception) and not isinstance(each, DomainError)]
        assert faults == []
        if outcomes[0] is not None:
            assert outcomes[0].code in {"rooms_changed", "rooms_without_master"}
            continue
        async with make.work.begin() as ctx:
            assert (await ctx.db.scalars(select(Member).where(Member.user_id == me.user_id))).all() == []
            for room in await ctx.db.scalars(select(Room).where(Room.deleted_at.is_(None), Room.pair.is_(None))):
                roles = (await ctx.db.scalars(select(Member.role).where(Member.room_id == room.id))).all()
                assert roles.count(Role.MASTER) == 1


@pytest.mark.parametrize("way", ["make a room", "come in", "be put in", "be written to"])
async def test_person_joining_during_deletion_is_not_a_member(do: Do, make: Factory, way: str):
    me, ben = await make.actor(), await make.actor()
    link = await do(ben, create_invite_link, (await make.room({Role.MASTER: ben})).id)
    ways = {
        "make a room": lambda: do(me, create_room, name="Late"),
        "come in": lambda: do(me, join_by_link, link.token),
        "be put in": lambda: do(ben, start_group_chat, [me.person.username]),
        "be written to": lambda: do(ben, start_direct_chat, me.person.username),
    }
    async with do.work.begin(me) as ctx:
        await delete_account(ctx, PASSWORD)
        late = asyncio.create_task(ways[way]())
        await someone_waits(do.work)
    with refused("user_not_found"):
        await late
    assert "room_members.user_id" not in await naming(make, me.user_id)
