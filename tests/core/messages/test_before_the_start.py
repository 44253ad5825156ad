"""Messages from before a member's start do not exist for them, by whatever way they look."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from chat_app.adapters.storage.disk_storage import DiskStorage
from chat_app.core.access.permissions import Permission, Role
from chat_app.core.ai.asking.branches import choose_branch, list_branches
from chat_app.core.ai.asking.commands import edit_question, post_message, regenerate_answer, stop_answer
from chat_app.core.ai.asking.continuing import continue_answer
from chat_app.core.ai.context.reading.given import context_messages, given_context
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.preview.context import preview_context, start_context_at
from chat_app.core.ai.tables import AiRun, RunStatus
from chat_app.core.ai.translating import read_translatable
from chat_app.core.files.access import access_file
from chat_app.core.files.queries import list_files
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.ids import new_id
from chat_app.core.live.arrival import all_rooms_ops
from chat_app.core.live.snapshots import around_op, newer_op, older_op, pins_op, return_op, room_op, stars_op, sync_op
from chat_app.core.messages.answer_tables import MessageContextSummary
from chat_app.core.messages.commands import delete_message, edit_message
from chat_app.core.messages.marks.commands import exclude_from_ai, pin_for_ai, pin_message, react, star_message
from chat_app.core.messages.marks.ratings import rate_answer
from chat_app.core.messages.queries import changes_since, history, history_around, marked_in, pinned_messages
from chat_app.core.messages.reading.receipts import mark_read_to, mark_unread, message_receipts
from chat_app.core.messages.tables import Message
from chat_app.core.personal import activity
from chat_app.core.rooms.access import access_room
from chat_app.core.rooms.tables import Member, Room
from chat_app.core.safety.commands import report_message
from chat_app.core.search.queries import search_messages
from chat_app.core.search.rules import SearchFilter
from tests.support.factory import Factory
from tests.support.files import make_file
from tests.support.refusal import refused
from tests.support.use_cases import Do

SECRET = "juniper"
MODEL = ModelInfo("demo", "Demo", "Parley", 8000, 1000)


@dataclass
class Scene:
    """A room of Aiko's in which Ben has been an admin since the message `start`."""

    room: Room
    aiko: Actor
    ben: Actor
    old: Message
    answer: Message
    reply: Message
    """A newer reply to the old message."""
    start: int


@pytest.fixture
async def scene(do: Do, make: Factory) -> Scene:
    aiko, ben = await make.actor(), await make.actor(username="ben")
    room = await make.room({Role.MASTER: aiko})
    old = await do(aiko, post_message, room.id, f"{SECRET} tea @ben")
    answer = await make.message(room, None, f"{SECRET} answer", status="complete", asked_by_id=aiko.user_id)
    await do(aiko, pin_message, old.id)
    start = answer.seq
    await make.join(room, ben, Role.ADMIN, sees_after=start, last_read_seq=start)
    reply = await do(aiko, post_message, room.id, "Shall we?", reply_to=old.id)
    return Scene(room, aiko, ben, old, answer, reply, start)


ON_MESSAGES: dict[str, Callable[..., Awaitable[Any]]] = {
    "edit": lambda ctx, it: edit_message(ctx, it, "x"),
    "edit_question": lambda ctx, it: edit_question(ctx, it, "x"),
    "delete": delete_message,
    "react": lambda ctx, it: react(ctx, it, "👍"),
    "pin": pin_message,
    "pin_for_ai": pin_for_ai,
    "hide": exclude_from_ai,
    "star": star_message,
    "rate": lambda ctx, it: rate_answer(ctx, it, "up"),
    "read_to": mark_read_to,
    "unread": mark_unread,
    "receipts": message_receipts,
    "regenerate": regenerate_answer,
    "stop": stop_answer,
    "continue": lambda ctx, it: continue_answer(ctx, it, offered=()),
    "branches": list_branches,
    "choose": lambda ctx, it: choose_branch(ctx, it, 1),
    "given": given_context,
    "cutoff": start_context_at,
    "translate": read_translatable,
    "report": lambda ctx, it: report_message(ctx, it, "spam"),
}


@pytest.mark.parametrize("act", ON_MESSAGES)
@pytest.mark.slow
async def test_every_action_on_an_old_message_is_not_found(do: Do, scene: Scene, act: str):
    for message in (scene.old, scene.answer):
        with refused("message_not_found"):
            await do(scene.ben, ON_MESSAGES[act], message.id)


async def test_reply_to_an_old_message_is_refused(do: Do, scene: Scene):
    with refused("message_not_found"):
        await do(scene.ben, post_message, scene.room.id, "Yes", reply_to=scene.old.id)


async def test_every_page_begins_after_the_start(do: Do, scene: Scene):
    room, ben = scene.room.id, scene.ben
    pages = [
        await do(ben, history, room),
        await do(ben, history, room, before=scene.start + 2),
        await do(ben, changes_since, room, 0),
        await do(ben, history_around, room, scene.reply.id),
    ]
    for page in pages:
        assert [(each.id, page.more) for each in page.messages] == [(scene.reply.id, False)]
    assert (await do(ben, history, room, before=scene.start + 1)).messages == []
    with refused("message_not_found"):
        await do(ben, history_around, room, scene.old.id)
    assert SECRET in str([each.as_json() for each in (await do(scene.aiko, history, room)).messages])


async def test_ops_for_a_tab_say_nothing_of_earlier_messages(do: Do, scene: Scene):
    room, ben = scene.room.id, scene.ben
    ops: list[Any] = [
        await do(ben, room_op, room),
        await do(ben, sync_op, room, 0),
        await do(ben, return_op, room, 0),
        await do(ben, older_op, room, 10),
        await do(ben, newer_op, room, 0),
        await do(ben, around_op, room, str(scene.reply.id)),
        await do(ben, pins_op, room),
        await do(ben, stars_op),
        *await do(ben, all_rooms_ops),
    ]
    assert SECRET not in str(ops)
    assert ops[0]["my"]["sees_after"] == scene.start
    assert [ops[-1]["rooms"][0].get(key) for key in ("sees_after", "mentions")] == [scene.start, None]


async def test_a_quote_of_an_old_message_says_nothing_of_it(do: Do, scene: Scene):
    hidden = {"id": str(scene.old.id), "author": None, "ai": False, "model": None, "text": "", "seq": 0}
    views = [
        (await do(scene.ben, history, scene.room.id)).messages[-1],
        await do(scene.ben, react, scene.reply.id, "👍"),
        await do(scene.ben, pin_message, scene.reply.id),
        (await do(scene.ben, pinned_messages, scene.room.id))[0],
        (await do(scene.ben, search_messages, SearchFilter("Shall"))).hits[0].message,
    ]
    assert [view.as_json()["reply"] for view in views] == [hidden] * len(views)
    assert (await do(scene.aiko, history, scene.room.id)).messages[-1].as_json()["reply"]["seq"] == scene.old.seq


async def test_search_finds_what_is_after_the_start(do: Do, scene: Scene):
    newer = await do(scene.aiko, post_message, scene.room.id, f"{SECRET} again")
    for wanted in (SearchFilter(SECRET), SearchFilter(SECRET, room=str(scene.room.id)), SearchFilter(f'"{SECRET}"')):
        found = await do(scene.ben, search_messages, wanted)
        assert [hit.message.id for hit in found.hits] == [newer.id]
        assert len((await do(scene.aiko, search_messages, wanted)).hits) == 2


async def test_stars_and_pins_of_an_earlier_membership_do_not_come_back(do: Do, make: Factory, scene: Scene):
    async with do.work.begin() as ctx:
        (await ctx.db.get_one(Member, (scene.room.id, scene.ben.user_id))).sees_after = 0
    await do(scene.ben, star_message, scene.old.id)
    assert (await do(scene.ben, marked_in, scene.room.id))[0] == [scene.old.id]
    async with do.work.begin() as ctx:
        (await ctx.db.get_one(Member, (scene.room.id, scene.ben.user_id))).sees_after = scene.start
    assert (await do(scene.ben, stars_op))["stars"] == []
    assert await do(scene.ben, pinned_messages, scene.room.id) == []
    assert (await do(scene.ben, marked_in, scene.room.id))[0] == []
    assert (await do(scene.ben, search_messages, SearchFilter("is:starred"))).hits == []


async def test_files_of_old_messages_are_not_there(do: Do, make: Factory, scene: Scene, tmp_path: Any):
    storage = DiskStorage(tmp_path, bytes(32))
    file = await make_file(do.work, scene.room, scene.aiko, f"{SECRET}.png")
    async with do.work.begin() as ctx:
        it = await ctx.db.get_one(type(file), file.id)
        it.message_id, it.sent_at = scene.old.id, ctx.now
    assert len((await do(scene.aiko, list_files, scene.room.id, storage)).items) == 1
    assert (await do(scene.ben, list_files, scene.room.id, storage)).items == []
    with refused("attachment_not_found"):
        await do(scene.ben, access_file, file.id)


async def test_newcomers_are_no_readers_of_old_messages(do: Do, scene: Scene):
    _, receipts = await do(scene.aiko, message_receipts, scene.old.id)
    assert (receipts.read, receipts.of) == (0, 0)
    _, receipts = await do(scene.aiko, message_receipts, scene.reply.id)
    assert (receipts.read, receipts.of) == (0, 1)


async def test_export_has_no_earlier_messages(do: Do, scene: Scene):
    assert await do(scene.ben, activity.mentions) == []


async def test_shown_context_leaves_out_messages_invisible_to_the_reader(do: Do, scene: Scene):
    async with do.work.begin() as ctx:
        room = await ctx.db.get_one(Room, scene.room.id)
        room.ai_summary_seq = scene.start
        summary = MessageContextSummary(
            room_id=room.id, from_seq=1, from_at=ctx.now, until_seq=2, until_at=ctx.now, messages=2, text=SECRET,
            tokens=2, room_rev=room.rev, made_at=ctx.now, model="demo", prompt_tokens=1, completion_tokens=1,
        )  # fmt: skip
        ctx.db.add(summary)
        await ctx.db.flush()
        noted = {"id": str(summary.id), "messages": 2, "tokens": 2, "until": "2026-01-01T00:00:00Z"}
    answer = await _answered(do, scene, kept=[scene.old.id, scene.reply.id], summary=noted)
    given = [await do(who, given_context, answer) for who in (scene.aiko, scene.ben)]
    assert [(each["messages"], each["summary"] is None) for each in given] == [(2, False), (1, True)]
    assert given[1]["kept"] == [str(scene.reply.id)]
    assert given[1]["left_out"] == []
    assert SECRET in str(given[0])
    assert SECRET not in str(given[1])
    both = [scene.old.id, scene.reply.id]
    assert [each.id for each in await do(scene.ben, context_messages, scene.room.id, both)] == [scene.reply.id]
    preview = await do(scene.ben, preview_context, [MODEL], scene.room.id)
    unpaired = {"id": str(answer), "reason": "unpaired_answer"}
    assert (preview["kept"], preview["left_out"], preview["summary"]) == ([str(scene.reply.id)], [unpaired], None)


async def _answered(do: Do, scene: Scene, **given: Any) -> Any:
    """Write an answer to which a model was given so much."""
    async with do.work.begin(scene.aiko) as ctx:
        room = (await access_room(ctx, scene.room.id, Permission.VIEW, lock=True)).room
        room.last_seq, room.rev, run = room.last_seq + 1, room.rev + 1, new_id()
        place = {"room_id": room.id, "seq": room.last_seq, "rev": room.rev, "created_at": ctx.now}
        answer = Message(**place, is_ai=True, text="So", run_id=run, asked_by_id=scene.aiko.user_id)
        ctx.db.add(answer)
        await ctx.db.flush()
        left_out = [{"id": str(scene.answer.id), "reason": "too_old_for_window"}]
        ctx.db.add(
            AiRun(id=run, room_id=room.id, message_id=answer.id, asked_by_id=scene.aiko.user_id, created_at=ctx.now,
                  status=RunStatus.COMPLETED, left_out=left_out, **given)
        )  # fmt: skip
    return answer.id
