"""The staff see rooms by their figures, and archive, hand on and delete them."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.administration.log.queries import list_audit
from chat_app.core.administration.rooms.commands import (
    archive_site_room,
    delete_site_room,
    give_site_room,
    revoke_room_links,
)
from chat_app.core.administration.rooms.queries import (
    RoomFilter,
    RoomOrder,
    list_site_rooms,
    view_site_room,
)
from chat_app.core.files.tables import Attachment
from chat_app.core.invitations.links import create_invite_link, invite_links
from chat_app.core.kernel.actor import Actor
from chat_app.core.rooms.commands import create_room
from chat_app.core.rooms.events import RoomChanged, RoomDeleted
from chat_app.core.rooms.tables import Member, Room, RoomKind
from chat_app.core.safety.commands import report_message
from chat_app.core.safety.suspending import suspend_user
from tests.support.factory import Factory
from tests.support.refusal import code_of
from tests.support.use_cases import Do


@pytest.fixture
async def admin(make: Factory) -> Actor:
    return await make.actor(username="grace", is_admin=True)


async def names(do: Do, actor: Actor, order: str = RoomOrder.ACTIVE, **wanted: str) -> list[str]:
    found, _ = await do(actor, list_site_rooms, RoomFilter(**wanted), order)
    return [each.as_json()["name"] for each in found]


async def test_automatic_names_are_neither_shown_nor_found(do: Do, make: Factory, admin: Actor):
    await make.room(name="Tea room")
    await make.room(name="My divorce", kind=RoomKind.CHAT)
    await make.room(name="Salary of Ben", auto_named=True)
    assert sorted(await names(do, admin)) == ["", "", "Tea room"]
    assert await names(do, admin, words="tea") == ["Tea room"]
    assert await names(do, admin, words="divorce") == await names(do, admin, words="salary") == []


async def test_rooms_are_found_by_their_owner_and_id(do: Do, make: Factory, admin: Actor):
    ben = await make.actor(username="ben")
    room, _ = await make.room({Role.MASTER: ben}, name="Ben’s"), await make.room({Role.MEMBER: ben}, name="Other")
    assert await names(do, admin, words="@ben") == await names(do, admin, words=str(room.id)) == ["Ben’s"]
    assert await names(do, admin, words="% _") == []
    assert len(await names(do, admin, words="\0\ud800")) == 2  # no words are left of it


async def test_rooms_are_filtered_by_their_state(do: Do, make: Factory, admin: Actor):
    ben, aiko = await make.actor(username="ben"), await make.actor()
    left = await make.room({Role.MASTER: ben, Role.MEMBER: aiko}, name="Left")
    await make.room({Role.MASTER: aiko}, name="Assisted", assisted=True)
    direct = await make.room({Role.MASTER: aiko}, name="", kind=RoomKind.DIRECT)
    message = await make.message(left, ben)
    await do(aiko, report_message, message.id, "spam")
    await do(admin, suspend_user, ben.user_id, "Spam")
    await do(admin, archive_site_room, left.id)
    for state in ("archived", "without_owner", "reported"):
        assert await names(do, admin, state=state) == ["Left"], state
    assert await names(do, admin, state="assisted") == ["Assisted"]
    assert await names(do, admin, kind="direct") == [""]
    assert (await do(admin, view_site_room, direct.id)).owner is None


@pytest.mark.parametrize("order", list(RoomOrder))
async def test_pages_follow_one_another_in_every_order(do: Do, make: Factory, admin: Actor, order: str):
    for number in range(5):
        room = await make.room(name=f"Place {number}", last_seq=number % 2)
        if number > 2:
            await make.join(room, await make.actor())
    seen, after = [], None
    while True:
        found, after = await do(admin, list_site_rooms, RoomFilter(), order, after=after, limit=2)
        seen += [each.as_json()["name"] for each in found]
        if after is None:
            break
    assert sorted(seen) == [f"Place {number}" for number in range(5)]
    assert len(seen) == 5


async def test_figures_count_what_is_there(do: Do, make: Factory, admin: Actor):
    room = await make.room({Role.MEMBER: (ben := await make.actor())})
    message = await make.message(room, ben)
    async with do.work.begin() as ctx:
        for size, status in ((5, "ready"), (7, "refused")):
            file = Attachment(room_id=room.id, name="a", declared_type="text/plain", size=size, status=status)
            file.created_at, file.message_id = ctx.now, message.id
            ctx.db.add(file)
    found = (await do(admin, view_site_room, room.id)).details()
    assert (found["members"], found["messages"], found["files"], found["file_count"]) == (2, 1, 5, 1)


async def test_a_room_is_archived_and_its_members_see_it(do: Do, make: Factory, admin: Actor, events: list[object]):
    room = await make.room()
    await do(admin, archive_site_room, room.id)
    await do(admin, archive_site_room, room.id)
    assert [each.room.archived for each in events if isinstance(each, RoomChanged)] == [True]
    await do(admin, archive_site_room, room.id, archived=False)
    log = (await do(admin, list_audit)).items
    assert [(each.action, each.room_name) for each in log] == [
        ("unarchive_room", room.name),
        ("archive_room", room.name),
    ]


async def test_a_room_is_given_only_where_its_owner_is_gone(do: Do, make: Factory, admin: Actor):
    ben, aiko, chloe = [await make.actor() for _ in range(3)]
    room = await make.room({Role.MASTER: ben, Role.MEMBER: aiko})
    assert await code_of(do(admin, give_site_room, room.id, aiko.user_id)) == "room_has_owner"
    assert not (await do(admin, view_site_room, room.id)).heirs
    await do(admin, suspend_user, ben.user_id, "Spam")
    assert [each.id for each in (await do(admin, view_site_room, room.id)).heirs] == [aiko.user_id]
    assert await code_of(do(admin, give_site_room, room.id, chloe.user_id)) == "member_not_found"
    await do(admin, give_site_room, room.id, aiko.user_id)
    async with do.work.begin() as ctx:
        rows = await ctx.db.execute(select(Member.user_id, Member.role).where(Member.room_id == room.id))
        assert dict(map(tuple, rows)) == {ben.user_id: "admin", aiko.user_id: "master"}
    assert not (await do(admin, view_site_room, room.id)).owner_gone


async def test_a_room_without_any_owner_is_given(do: Do, make: Factory, admin: Actor):
    ben = await make.actor()
    room = await make.room({Role.MEMBER: ben})
    async with do.work.begin() as ctx:
        await ctx.db.delete(
            await ctx.db.scalar(select(Member).where(Member.room_id == room.id, Member.role == "master"))
        )
    await do(admin, give_site_room, room.id, ben.user_id)
    assert (await do(admin, view_site_room, room.id)).owner.id == ben.user_id


async def test_a_room_is_deleted_by_what_it_is_called(do: Do, make: Factory, admin: Actor, events: list[object]):
    room, chat = await make.room(name="Tea"), await make.room(name="Secret", kind=RoomKind.CHAT)
    assert await code_of(do(admin, delete_site_room, room.id, "Coffee")) == "room_name_differs"
    assert await code_of(do(admin, delete_site_room, chat.id, "Secret")) == "room_name_differs"
    await do(admin, delete_site_room, room.id, " Tea ")
    await do(admin, delete_site_room, chat.id, str(chat.id))
    assert [each for each in events if isinstance(each, RoomDeleted)] == [RoomDeleted(room.id), RoomDeleted(chat.id)]
    assert await names(do, admin) == []
    log = (await do(admin, list_audit)).items
    assert [dict(each.details) for each in log] == [{}, {"room": "Tea"}]
    assert [(each.room, each.room_kind) for each in log] == [(chat.id, None), (room.id, None)]
    assert await code_of(do(admin, delete_site_room, room.id, "Tea")) == "room_not_found"


async def test_all_links_of_a_room_are_revoked(do: Do, make: Factory, admin: Actor):
    room = await make.room({Role.MASTER: (ben := await make.actor())})
    for _ in range(2):
        await do(ben, create_invite_link, room.id)
    assert (await do(admin, view_site_room, room.id)).figures.links == 2
    assert await do(admin, revoke_room_links, room.id) == 2
    assert await do(admin, revoke_room_links, room.id) == 0
    assert await do(ben, invite_links, room.id) == []
    assert len((await do(admin, list_audit)).items) == 1


async def test_asides_are_their_persons_alone(do: Do, make: Factory, admin: Actor):
    ben = await make.actor()
    aside = await do(ben, create_room, name="Beside", kind=RoomKind.ASIDE)
    assert await names(do, admin) == []
    for use_case in (view_site_room, archive_site_room):
        assert await code_of(do(admin, use_case, aside.room.id)) == "room_not_found"


async def test_an_auditor_sees_and_changes_nothing(do: Do, make: Factory):
    auditor, room = await make.actor(site_roles=["auditor"]), await make.room(name="Tea")
    assert await names(do, auditor) == ["Tea"]
    assert await code_of(do(auditor, archive_site_room, room.id)) == "not_found"
    moderator = replace(auditor, site_roles=frozenset({"moderator"}))
    assert await code_of(do(moderator, list_site_rooms)) == "not_found"
    async with do.work.begin() as ctx:
        assert (await ctx.db.get_one(Room, room.id)).archived_at is None
        assert (await ctx.db.get_one(User, auditor.user_id)).site_roles == ["auditor"]
