"""The limits of asides, and concurrent actions on one aside."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import select, text

from chat_app.core.access.permissions import Permission, Role
from chat_app.core.ai.asking.commands import ask_in_room, post_message
from chat_app.core.ai.asking.publishing import publish_message
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.marks.commands import exclude_from_ai
from chat_app.core.messages.queries import history
from chat_app.core.messages.tables import Message
from chat_app.core.personal.commands import delete_account
from chat_app.core.rooms.access import access_room
from chat_app.core.rooms.asides import open_aside
from chat_app.core.rooms.commands import archive_room, delete_room, leave_room
from chat_app.core.rooms.members import change_role, remove_member
from chat_app.core.rooms.queries import small_rooms_of
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import Ai
from tests.core.ai.test_asides import ask
from tests.core.ai.test_context import said
from tests.support.factory import PASSWORD, Factory
from tests.support.locks import someone_waits
from tests.support.refusal import refused
from tests.support.use_cases import Do
from tests.vendor.server import ScriptedVendor

pytestmark = pytest.mark.slow


@pytest.fixture
async def ben(make: Factory, room: Room) -> Actor:
    """A member of the room."""
    ben = await make.actor(name="Ben")
    await make.join(room, ben)
    return ben


async def test_the_ai_is_not_asked_to_speak_either_where_it_may_not_be_asked_in_the_room(
    do: Do, aiko: Actor, ben: Actor, room: Room
):
    aside = (await do(ben, open_aside, room.id)).room
    await do(aiko, set_ai, [], room.id, rule="never")
    with refused("ai_off"):
        await do(ben, ask_in_room, aside.id)
    await do(aiko, set_ai, [], room.id, rule="mentioned")
    await do(aiko, change_role, room.id, ben.user_id, Role.GUEST)
    with refused("not_allowed"):
        await do(ben, ask_in_room, aside.id)
    await do(aiko, change_role, room.id, ben.user_id, Role.MEMBER)
    await do(aiko, archive_room, room.id)
    with refused("room_archived"):
        await do(ben, ask_in_room, aside.id)


@pytest.fixture
async def left_aside(do: Do, make: Factory, aiko: Actor, ben: Actor, room: Room) -> Room:
    """The aside of Ben, who was removed from the room and is in it again."""
    aside = (await do(ben, open_aside, room.id)).room
    await do(aiko, remove_member, room.id, ben.user_id)
    await make.join(room, ben)
    return aside


async def test_returning_member_opens_aside_twice_at_once(
    do: Do, work: UnitOfWork, ben: Actor, room: Room, left_aside: Room
):
    async with work.begin(ben) as ctx:
        await open_aside(ctx, room.id)
        await ctx.db.flush()
        second = asyncio.create_task(do(ben, open_aside, room.id))
        await someone_waits(work)
    assert (await second).room.id == left_aside.id


async def test_member_removed_while_opening_aside_does_not_get_it(
    do: Do, work: UnitOfWork, aiko: Actor, ben: Actor, room: Room, left_aside: Room
):
    async with work.begin(aiko) as ctx:
        await remove_member(ctx, room.id, ben.user_id)
        await ctx.db.flush()
        opening = asyncio.create_task(do(ben, open_aside, room.id))
        await someone_waits(work)
    with refused("room_not_found"):
        await opening
    with refused("room_not_found"):
        await do(ben, history, left_aside.id)


async def test_an_account_is_deleted_while_a_room_is_whose_id_comes_after_that_of_its_aside(
    do: Do, make: Factory, work: UnitOfWork, aiko: Actor, ben: Actor
):
    parent = await make.room({Role.MASTER: aiko, Role.MEMBER: ben}, id=UUID(int=2**128 - 1))  # as that of a chat may be
    aside = (await do(ben, open_aside, parent.id)).room
    async with work.begin(aiko) as ctx:
        await access_room(ctx, parent.id, Permission.DELETE_ROOM, lock=True)
        deleting = asyncio.create_task(do(ben, delete_account, PASSWORD))
        await someone_waits(work)
        await ctx.db.execute(text("SET LOCAL lock_timeout = '2s'"))
        await delete_room(ctx, parent.id)
    await deleting
    with refused("room_not_found"):
        await do(ben, history, aside.id)


async def test_aside_is_not_among_the_rooms_of_presence(do: Do, work: UnitOfWork, aiko: Actor, room: Room):
    await do(aiko, open_aside, room.id)
    async with work.begin() as ctx:
        assert [each.id for _, each in await small_rooms_of(ctx, [aiko.user_id])] == [room.id]


async def test_the_ai_that_is_asked_to_speak_first_is_given_the_room(
    ai: Ai, do: Do, aiko: Actor, ben: Actor, room: Room, vendor: ScriptedVendor
):
    await do(aiko, set_ai, [], room.id, rule="mentioned", instructions="Speak like a sailor")
    await do(ben, post_message, room.id, "The budget is 500 [[tokens 3]]")
    aside = (await do(aiko, open_aside, room.id)).room
    await ai.ended(await do(aiko, ask_in_room, aside.id))
    assert "budget is 500" in said(vendor)
    assert "sailor" in said(vendor)


async def test_the_instructions_of_a_room_in_which_nothing_was_said_hold(
    ai: Ai, do: Do, aiko: Actor, room: Room, vendor: ScriptedVendor
):
    await do(aiko, set_ai, [], room.id, instructions="Speak like a sailor")
    await ask(ai, do, aiko, room, "Hello [[tokens 3]]")
    assert "sailor" in said(vendor)


async def test_with_the_last_who_leaves_a_room_their_aside_is_deleted(
    do: Do, work: UnitOfWork, aiko: Actor, room: Room
):
    aside = (await do(aiko, open_aside, room.id)).room
    await do(aiko, leave_room, room.id)
    async with work.begin() as ctx:
        assert await ctx.db.scalar(select(Room.deleted_at).where(Room.id == aside.id))


async def test_hidden_message_stays_hidden_when_published(
    ai: Ai, do: Do, work: UnitOfWork, aiko: Actor, ben: Actor, room: Room
):
    _, answer = await ask(ai, do, ben, room, "Hello [[tokens 3]]")
    await do(ben, exclude_from_ai, answer.id)
    published = await do(ben, publish_message, answer.id)
    async with work.begin() as ctx:
        assert (await ctx.db.get_one(Message, published.id)).exclude_from_ai


async def test_a_message_published_by_many_requests_at_once_stands_once(
    ai: Ai, do: Do, aiko: Actor, ben: Actor, room: Room
):
    _, answer = await ask(ai, do, ben, room, "Hello [[tokens 3]]")
    views = await asyncio.gather(
        *(do(ben, publish_message, answer.id) for _ in range(6)),
        *(do(aiko, post_message, room.id, f"Meanwhile {n}") for n in range(4)),
    )
    assert len({view.id for view in views[:6]}) == 1
    page = await do(aiko, history, room.id)
    assert [each.text for each in page.messages].count(answer.text) == 1
    assert [each.seq for each in page.messages] == list(range(1, len(page.messages) + 1))


async def test_deleted_copy_does_not_count_as_published(ai: Ai, do: Do, aiko: Actor, ben: Actor, room: Room):
    _, answer = await ask(ai, do, ben, room, "Hello [[tokens 3]]")
    published = await do(ben, publish_message, answer.id)
    await do(aiko, delete_message, published.id)
    with refused("message_deleted"):
        await do(ben, publish_message, answer.id)
