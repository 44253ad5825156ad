"""Taking one's data along, and deleting one's account."""

import json

import pytest
from sqlalchemy import func, select

from chat_app.core.access.permissions import Permission, Role
from chat_app.core.accounts.errors import BadCredentials, InvalidField, UserNotFound
from chat_app.core.accounts.events import SessionsRevoked
from chat_app.core.accounts.people import add_contact, contacts, search_people
from chat_app.core.accounts.presence import note_presence
from chat_app.core.accounts.sessions import recognise_session, sign_in
from chat_app.core.accounts.tables import Block, Contact, Presence, User, UserSession
from chat_app.core.ai.commands import ask_in_room, post_message
from chat_app.core.ai.events import RunStopRequested
from chat_app.core.live.events import PersonShown
from chat_app.core.messages.queries import history
from chat_app.core.personal.commands import delete_account
from chat_app.core.personal.errors import LastAdmin, RoomsWithoutMaster
from chat_app.core.personal.queries import export_own_data
from chat_app.core.rooms.access import access_room
from chat_app.core.rooms.direct import block_person, start_direct_chat
from chat_app.core.rooms.errors import ChatClosed, RoomNotFound
from chat_app.core.rooms.events import MemberLeft, RoomDeleted
from chat_app.core.rooms.profiles import view_profile
from chat_app.core.rooms.queries import my_rooms, room_members
from tests.support.factory import PASSWORD, Factory
from tests.support.use_cases import Do


async def test_what_was_said_stays_under_nobodys_name(do: Do, make: Factory, events: list[object]):
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


async def test_nothing_else_of_the_person_is_left(do: Do, make: Factory):
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
    assert await do(ben, contacts) == await do(ben, search_people, "mara") == []
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
    assert (await do(ben, access_room, room.id, Permission.VIEW)).permissions() == [Permission.VIEW]
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


async def test_it_takes_the_password(do: Do, make: Factory):
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


async def test_an_export_has_ones_own_and_nothing_of_others(do: Do, make: Factory):
    me, ben = await make.actor(username="mara"), await make.actor(username="ben")
    room = await make.room({Role.MASTER: ben, Role.MEMBER: me}, name="Tea")
    await do(me, post_message, room.id, "Mine")
    await do(ben, post_message, room.id, "Not yours")
    await do(me, add_contact, "ben")
    data = await do(me, export_own_data)
    assert [message["text"] for message in data["messages"]] == ["Mine"]
    assert [(one["name"], one["role"]) for one in data["rooms"]] == [("Tea", "member")]
    assert (data["contacts"], data["blocked"], len(data["sessions"])) == (["ben"], [], 1)
    assert data["account"]["email"] == "mara@example.com"
    text = json.dumps(data)
    assert "Not yours" not in text
    assert "hash" not in text
