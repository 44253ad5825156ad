"""Lines about a room among its messages."""

from typing import Any

import pytest

from chat_app.api.rest.room.rooms import whole_room_json
from chat_app.core.access.permissions import Permission, Role
from chat_app.core.ai.answers.beginning import begin_run
from chat_app.core.ai.asking.commands import post_message, start_chat
from chat_app.core.ai.runs.changing import claim_runs
from chat_app.core.invitations.links import create_invite_link, join_by_link
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import new_id
from chat_app.core.live.arrival import one_room_ops
from chat_app.core.messages.commands import delete_message, edit_message
from chat_app.core.messages.marks.commands import pin_message, react, star_message
from chat_app.core.messages.queries import changes_since, history
from chat_app.core.messages.reading.receipts import mark_read_to, message_receipts
from chat_app.core.messages.reading.unread import UNCOUNTED_TOLD
from chat_app.core.messages.tables import Message
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.personal.activity import messages as exported
from chat_app.core.personal.commands import delete_account
from chat_app.core.rooms.access import access_room
from chat_app.core.rooms.commands import leave_room, update_room
from chat_app.core.rooms.members import ban_member, change_role, remove_member, transfer_room
from chat_app.core.rooms.tables import Room
from chat_app.core.safety.commands import report_message
from chat_app.core.search.queries import search_messages
from chat_app.core.search.rules import SearchFilter
from tests.support.factory import PASSWORD, Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do


async def told(do: Do, actor: Actor, room: Room) -> list[tuple[str, str, list[str], str]]:
    """The lines of a room: who did what to whom, and the new name or role."""
    return [
        (
            view.author.name if view.author else "",
            view.event["kind"],
            [person["name"] for person in view.event.get("people", [])],
            view.event.get("name", view.event.get("role", "")),
        )
        for view in (await do(actor, history, room.id)).messages
        if view.event
    ]


async def crew(make: Factory) -> tuple[Actor, Actor, Actor, Room]:
    aiko, ben, chloe = [await make.actor(name=name) for name in ("Aiko", "Ben", "Chloé")]
    return aiko, ben, chloe, await make.room({Role.MASTER: aiko, Role.ADMIN: ben, Role.MEMBER: chloe})


async def unread(ctx: Context, room: Room) -> int:
    return (await whole_room_json(ctx, await access_room(ctx, room.id, Permission.VIEW)))["unread"]


async def test_a_room_says_what_happens_in_it(do: Do, make: Factory):
    aiko, ben, chloe, room = await crew(make)
    emma, farid = await make.actor(name="Emma"), await make.actor(name="Farid")
    link = await do(aiko, create_invite_link, room.id)
    for person in (emma, farid, farid):
        await do(person, join_by_link, link.token)
    await do(aiko, update_room, room.id, name="Tea")
    await do(aiko, update_room, room.id, name="Tea", description="and cake")
    await do(ben, change_role, room.id, chloe.user_id, "guest")
    await do(ben, change_role, room.id, chloe.user_id, "guest")
    await do(aiko, transfer_room, room.id, ben.user_id)
    await do(chloe, leave_room, room.id)
    await do(ben, remove_member, room.id, emma.user_id)
    await do(ben, ban_member, room.id, farid.user_id)
    assert await told(do, ben, room) == [
        ("Emma", "joined", [], ""),
        ("Farid", "joined", [], ""),
        ("Aiko", "renamed", [], "Tea"),
        ("Ben", "role", ["Chloé"], "guest"),
        ("Aiko", "owner", ["Ben"], ""),
        ("Chloé", "left", [], ""),
        ("Ben", "removed", ["Emma"], ""),
        ("Ben", "removed", ["Farid"], ""),
    ]
    assert (await do(ben, changes_since, room.id, 1)).messages == (await do(ben, history, room.id)).messages


async def test_a_private_chat_has_none_until_somebody_joins(do: Do, make: Factory):
    aiko, ben = await make.actor(name="Aiko"), await make.actor(name="Ben")
    room = await do(aiko, start_chat, "Hello", nonce=new_id())
    await do(aiko, update_room, room.id, name="Tea")
    link = await do(aiko, create_invite_link, room.id)
    assert await told(do, aiko, room) == []
    await do(ben, join_by_link, link.token)
    assert await told(do, aiko, room) == [("Ben", "joined", [], "")]


async def line_in(do: Do, room: Room, actor: Actor) -> MessageView:
    """Rename the room, and return the line that reports it."""
    await do(actor, update_room, room.id, name="Renamed")
    return (await do(actor, history, room.id)).messages[-1]


async def test_a_line_is_not_unread_and_moves_no_room(do: Do, make: Factory):
    aiko, ben, _, room = await crew(make)
    await do(aiko, post_message, room.id, "Hello")
    before = (await do(ben, access_room, room.id, Permission.VIEW)).room.last_activity_at
    line = await line_in(do, room, aiko)
    assert await do(ben, unread, room) == 1
    assert (await do(ben, access_room, room.id, Permission.VIEW)).room.last_activity_at == before
    assert (await do(aiko, access_room, room.id, Permission.VIEW)).member.last_read_seq == 1, "renaming reads nothing"
    await do(ben, mark_read_to, line.id)
    assert await do(ben, unread, room) == 0


@pytest.mark.slow
async def test_a_new_tab_counts_no_line_as_unread_however_many_there_are(do: Do, make: Factory):
    aiko, ben, _, room = await crew(make)
    await make.message(room, aiko, "Hello")
    async with make.work.begin() as ctx:
        held = await ctx.db.get_one(Room, room.id)
        for seq in range(2, UNCOUNTED_TOLD + 12):
            place = {"seq": seq, "rev": seq, "created_at": ctx.now}
            ctx.db.add(Message(room_id=room.id, author_id=aiko.user_id, text="", event={"kind": "joined"}, **place))
        held.last_seq = held.rev = seq
    _, listed = await do(ben, one_room_ops, room.id)
    [told] = listed["rooms"]
    assert (len(told["deleted"]), told["deleted"][-1], told["older_deleted"]) == (UNCOUNTED_TOLD, seq, 10)
    assert seq - told["read"] - len(told["deleted"]) - told["older_deleted"] == await do(ben, unread, room) == 1
    first = (await do(ben, history, room.id, before=3)).messages[-1]
    await do(ben, mark_read_to, first.id)
    _, listed = await do(ben, one_room_ops, room.id)
    assert listed["rooms"][0]["older_deleted"] == 9


@pytest.mark.parametrize(
    ("use_case", "more"),
    [
        (edit_message, ("Mine",)),
        (delete_message, ()),
        (react, ("👍",)),
        (pin_message, ()),
        (star_message, ()),
        (message_receipts, ()),
    ],
)
async def test_nothing_can_be_done_with_a_line(do: Do, make: Factory, use_case: Any, more: tuple[str, ...]):
    aiko, _, _, room = await crew(make)
    line = await line_in(do, room, aiko)
    with refused("message_not_found"):
        await do(aiko, use_case, line.id, *more)


async def test_a_line_is_neither_quoted_nor_reported_nor_found(do: Do, make: Factory):
    aiko, ben, _, room = await crew(make)
    line = await line_in(do, room, aiko)
    with refused("message_not_found"):
        await do(ben, post_message, room.id, "Why?", reply_to=line.id)
    with refused("message_not_found"):
        await do(ben, report_message, line.id, "spam")
    assert (await do(ben, search_messages, SearchFilter("Renamed"))).hits == []


async def test_a_model_is_not_given_lines(do: Do, make: Factory):
    aiko, _, _, room = await crew(make)
    await line_in(do, room, aiko)
    await do(aiko, post_message, room.id, "@ai Which tea?")
    [(run, heartbeat)] = (await do(None, claim_runs, 5)).items()
    claim = await do(None, begin_run, run, "demo", heartbeat)
    assert claim
    assert [message.text for message in claim.history] == ["@ai Which tea?"]


async def test_the_name_of_a_deleted_account_is_gone_and_an_export_has_what_one_did(do: Do, make: Factory):
    aiko, ben, chloe, room = await crew(make)
    await do(ben, change_role, room.id, chloe.user_id, "guest")
    assert [row["event"] for row in await do(ben, exported)] == ["role"]
    await do(chloe, delete_account, PASSWORD)
    assert await told(do, aiko, room) == [("Ben", "role", [""], "guest")]
