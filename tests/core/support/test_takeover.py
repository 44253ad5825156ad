"""Asking for help, taking conversations over, and handing them back."""

import asyncio
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.ai.asking.commands import ask_in_room, edit_question, post_message, stop_answer
from chat_app.core.ai.events import RunStopRequested
from chat_app.core.ai.tables import AiRun, RunStatus
from chat_app.core.audit.tables import AuditEntry
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.ids import AnyId
from chat_app.core.messages.queries import history
from chat_app.core.rooms.asides import open_aside
from chat_app.core.rooms.commands import archive_room, delete_room, leave_room
from chat_app.core.rooms.events import HelpChanged
from chat_app.core.rooms.help.tables import HelpRequest
from chat_app.core.rooms.members import ban_member, remove_member
from chat_app.core.rooms.queries import room_members
from chat_app.core.rooms.tables import Room
from chat_app.core.support.commands import HELP, ask_for_help, withdraw_help
from chat_app.core.support.rules import REASON_MAX
from chat_app.core.support.takeover import AWAY, note_helpers, release_absent, release_session, take_over
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.refusal import code_of, refused
from tests.support.use_cases import Do


@dataclass(frozen=True)
class Scene:
    """A person's private chat with the AI, and two supporters."""

    aiko: Actor
    grace: Actor
    omar: Actor
    chat: Room


@pytest.fixture
async def scene(make: Factory) -> Scene:
    aiko = await make.actor(username="aiko")
    supporters = [await make.actor(username=name, site_roles=["supporter"]) for name in ("grace", "omar")]
    grace, omar = (replace(each, site_roles=frozenset({"supporter"})) for each in supporters)
    chat = await make.room({Role.MASTER: aiko}, kind="chat", ai_rule="always", name="Invoices")
    return Scene(aiko, grace, omar, chat)


async def view(ctx: Context, room_id: AnyId) -> Room:
    return await ctx.db.get_one(Room, room_id)


async def newest(ctx: Context, room_id: AnyId) -> HelpRequest:
    wanted = select(HelpRequest).where(col(HelpRequest.room_id) == room_id)
    return (await ctx.db.scalars(wanted.order_by(col(HelpRequest.asked_at).desc()))).first() or HelpRequest()


async def lines(do: Do, who: Actor, room: Room) -> list[str]:
    page = await do(who, history, room.id)
    return [message.event["kind"] for message in page.messages if message.event]


async def test_help_is_asked_once_and_supporters_learn_of_it(do: Do, scene: Scene, events: list[object]):
    for _ in range(2):
        await do(scene.aiko, ask_for_help, scene.chat.id, " The sums are  wrong ")
    told = [event for event in events if isinstance(event, HelpChanged)]
    assert [(set(each.staff), each.waiting) for each in told] == [({scene.grace.user_id, scene.omar.user_id}, 1)]
    assert await lines(do, scene.aiko, scene.chat) == ["help_asked"]
    assert (await do(None, view, scene.chat.id)).help_state == "requested"
    assert (await do(None, newest, scene.chat.id)).asked_by_id == scene.aiko.user_id


async def test_help_is_withdrawn_by_who_asked(do: Do, make: Factory, scene: Scene):
    ben = await make.actor()
    room = await make.room({Role.MASTER: scene.aiko, Role.MEMBER: ben})
    await do(scene.aiko, ask_for_help, room.id)
    assert await code_of(do(ben, withdraw_help, room.id)) == "not_allowed"
    await do(scene.aiko, withdraw_help, room.id)
    assert (await do(None, newest, room.id)).ended == "withdrawn"
    assert await lines(do, ben, room) == ["help_asked", "help_withdrawn"]
    assert await code_of(do(scene.grace, take_over, room.id)) == "no_help_asked"


async def test_help_is_limited_and_its_reason_too(do: Do, scene: Scene):
    with refused("help_text_long"):
        await do(scene.aiko, ask_for_help, scene.chat.id, "a" * (REASON_MAX + 1))
    for _ in range(HELP.amount):
        await do(scene.aiko, ask_for_help, scene.chat.id)
    with refused("rate_limited"):
        await do(scene.aiko, ask_for_help, scene.chat.id)


async def test_no_help_in_direct_chats_asides_and_rooms_without_ai(do: Do, make: Factory, scene: Scene):
    ben = await make.actor()
    pair = ":".join(sorted((str(scene.aiko.user_id), str(ben.user_id))))
    direct = await make.room({Role.MASTER: scene.aiko, Role.MEMBER: ben}, kind="direct", pair=pair)
    silent = await make.room({Role.MASTER: scene.aiko}, ai_rule="never")
    room = await make.room({Role.MASTER: scene.aiko, Role.MEMBER: ben})
    aside = (await do(scene.aiko, open_aside, room.id)).room
    for each in (direct, silent, aside):
        code = "not_allowed" if each is direct else "no_help_here"
        assert await code_of(do(scene.aiko, ask_for_help, each.id)) == code
        assert await code_of(do(scene.grace, take_over, each.id)) == "session_not_found"


async def test_supporter_sees_nothing_until_asked_and_the_ai_is_silent_then(do: Do, scene: Scene):
    assert await code_of(do(scene.grace, take_over, scene.chat.id)) == "session_not_found"
    question = await do(scene.aiko, post_message, scene.chat.id, "Hello?")
    await do(scene.aiko, ask_for_help, scene.chat.id)
    assert await code_of(do(scene.grace, history, scene.chat.id)) == "room_not_found"
    await do(scene.grace, take_over, scene.chat.id)
    async with do.work.begin() as ctx:
        assert [run.status for run in await ctx.db.scalars(select(AiRun))] == [RunStatus.STOPPED]
    roles = {member.person.username: member.role for member in await do(scene.aiko, room_members, scene.chat.id)}
    assert roles == {"aiko": "master", "grace": "guest"}
    await do(scene.grace, post_message, scene.chat.id, "Which sums?")
    await do(scene.aiko, post_message, scene.chat.id, "@ai which?")
    await do(scene.aiko, edit_question, question.id, "Hello all?")
    assert await code_of(do(scene.aiko, ask_in_room, scene.chat.id)) == "support_helps"
    async with do.work.begin() as ctx:
        assert len((await ctx.db.scalars(select(AiRun))).all()) == 1
    assert await lines(do, scene.aiko, scene.chat) == ["help_asked", "help_taken", "ai_silent"]


async def test_answer_that_is_being_written_is_stopped(do: Do, scene: Scene, events: list[object]):
    await do(scene.aiko, post_message, scene.chat.id, "Hello?")
    async with do.work.begin() as ctx:
        [run] = await ctx.db.scalars(select(AiRun))
        run.status = RunStatus.RUNNING
    await do(scene.aiko, ask_for_help, scene.chat.id)
    await do(scene.grace, take_over, scene.chat.id)
    await do(scene.grace, take_over, scene.chat.id)
    async with do.work.begin() as ctx:
        [run] = await ctx.db.scalars(select(AiRun))
        assert (run.status, run.stop_requested) == (RunStatus.RUNNING, True)  # its writer ends it
    assert [event.run_id for event in events if isinstance(event, RunStopRequested)] == [run.id]


async def test_supporter_and_asker_can_stop_what_still_runs(do: Do, make: Factory, scene: Scene):
    await do(scene.aiko, post_message, scene.chat.id, "Hello?")
    async with do.work.begin() as ctx:
        [run] = await ctx.db.scalars(select(AiRun))
        run.status = RunStatus.RUNNING
    assert await code_of(do(scene.grace, stop_answer, run.message_id)) == "message_not_found"
    await do(scene.aiko, ask_for_help, scene.chat.id)
    await do(scene.grace, take_over, scene.chat.id)
    for who in (scene.grace, scene.aiko):
        async with do.work.begin() as ctx:
            (await ctx.db.get_one(AiRun, run.id)).stop_requested = False  # as if its process had not heard of it
        await do(who, stop_answer, run.message_id)
        async with do.work.begin() as ctx:
            assert (await ctx.db.get_one(AiRun, run.id)).stop_requested
    await do(scene.grace, release_session, scene.chat.id)
    assert await code_of(do(scene.grace, stop_answer, run.message_id)) == "message_not_found"


async def test_room_is_handed_back_with_a_note_and_stays_assisted(do: Do, scene: Scene):
    await do(scene.aiko, ask_for_help, scene.chat.id)
    await do(scene.grace, take_over, scene.chat.id)
    await do(scene.omar, release_session, scene.chat.id)  # not theirs
    await do(scene.grace, release_session, scene.chat.id, "Totals are fixed")
    room = await do(None, view, scene.chat.id)
    assert (room.help_state, room.help_by_id, room.assisted) == ("none", None, True)
    assert await code_of(do(scene.grace, history, scene.chat.id)) == "room_not_found"
    await do(scene.aiko, ask_in_room, scene.chat.id)
    async with do.work.begin() as ctx:
        logged = [(entry.action, entry.actor_id, entry.room_id) for entry in await ctx.db.scalars(select(AuditEntry))]
    assert logged == [(each, scene.grace.user_id, scene.chat.id) for each in ("take_over", "hand_back")]
    page = await do(scene.aiko, history, scene.chat.id)
    assert [m.event["name"] for m in page.messages if m.event and m.event["kind"] == "help_released"] == [
        "Totals are fixed"
    ]


async def test_second_supporter_is_refused_with_the_name_of_the_first(do: Do, scene: Scene):
    await do(scene.aiko, ask_for_help, scene.chat.id)
    codes = await asyncio.gather(*(code_of(do(each, take_over, scene.chat.id)) for each in (scene.grace, scene.omar)))
    assert set(codes) == {None, "session_taken"}
    loser = scene.grace if codes[0] else scene.omar
    with refused("session_taken") as refusal:
        await do(loser, take_over, scene.chat.id)
    assert refusal.details["name"] == ("Omar" if loser is scene.grace else "Grace")


async def test_member_who_helps_stays_a_member(do: Do, make: Factory, scene: Scene):
    room = await make.room({Role.MASTER: scene.aiko, Role.MEMBER: scene.grace})
    await do(scene.aiko, ask_for_help, room.id)
    await do(scene.grace, take_over, room.id)
    await do(scene.grace, release_session, room.id)
    assert len(await do(scene.grace, room_members, room.id)) == 2


async def test_supporter_sees_no_more_than_who_asked(do: Do, make: Factory, scene: Scene):
    room = await make.room({Role.MASTER: scene.aiko})
    await do(scene.aiko, post_message, room.id, "Before")
    ben = await make.actor()
    await make.join(room, ben, sees_after=1)
    await do(ben, ask_for_help, room.id)
    await do(scene.grace, take_over, room.id)
    page = await do(scene.grace, history, room.id)
    assert "Before" not in [message.text for message in page.messages]


@pytest.mark.parametrize("end", ["archive", "delete", "remove", "ban", "leave", "asker"])
async def test_takeover_ends_with_the_room_or_its_people(do: Do, make: Factory, scene: Scene, end: str):
    ben = await make.actor()
    room = await make.room({Role.MASTER: scene.aiko, Role.MEMBER: ben})
    await do(ben, ask_for_help, room.id)
    await do(scene.grace, take_over, room.id)
    ends = {
        "archive": lambda: do(scene.aiko, archive_room, room.id),
        "delete": lambda: do(scene.aiko, delete_room, room.id),
        "remove": lambda: do(scene.aiko, remove_member, room.id, scene.grace.user_id),
        "ban": lambda: do(scene.aiko, ban_member, room.id, scene.grace.user_id),
        "leave": lambda: do(scene.grace, leave_room, room.id),
        "asker": lambda: do(ben, leave_room, room.id),
    }
    await ends[end]()
    request = await do(None, newest, room.id)
    assert request.ended == ("left" if end in ("remove", "ban", "leave") else "closed")
    assert (await do(None, view, room.id)).help_state == "none"
    assert await code_of(do(scene.grace, history, room.id)) == "room_not_found"


async def test_banned_supporter_cannot_take_over(do: Do, scene: Scene):
    await do(scene.aiko, ask_for_help, scene.chat.id)
    await do(scene.aiko, ban_member, scene.chat.id, scene.grace.user_id)
    assert await code_of(do(scene.grace, take_over, scene.chat.id)) == "banned"


async def test_absent_supporter_is_released(do: Do, scene: Scene, clock: Clock):
    await do(scene.aiko, ask_for_help, scene.chat.id)
    await do(scene.grace, take_over, scene.chat.id)
    clock.advance(seconds=AWAY.total_seconds() - 60)
    await do(None, note_helpers, [scene.grace.user_id])
    clock.advance(minutes=2)
    await do(None, release_absent)
    assert (await do(None, view, scene.chat.id)).help_state == "taken"
    clock.advance(seconds=AWAY.total_seconds())
    await do(None, release_absent)
    assert (await do(None, newest, scene.chat.id)).ended == "away"
    async with do.work.begin() as ctx:
        log = [(entry.action, entry.actor_id, entry.details) for entry in await ctx.db.scalars(select(AuditEntry))]
    handed_back = ("hand_back", None, {"source": "automatic", "ended": "away"})
    assert log == [("take_over", scene.grace.user_id, {}), handed_back]


async def test_supporter_who_is_none_any_more_is_released(do: Do, scene: Scene):
    await do(scene.aiko, ask_for_help, scene.chat.id)
    await do(scene.grace, take_over, scene.chat.id)

    async def demote(ctx: Context) -> None:
        (await ctx.db.get_one(User, scene.grace.user_id)).site_roles = []

    await do(None, demote)
    await do(None, release_absent)
    assert (await do(None, newest, scene.chat.id)).ended == "left"


async def test_site_policy_lets_support_join_unasked(do: Do, work: UnitOfWork, scene: Scene):
    work.policy = replace(work.policy, support_joins=True)
    await do(scene.grace, take_over, scene.chat.id)
    assert (await do(None, newest, scene.chat.id)).asked_by_id is None
    assert (await do(None, view, scene.chat.id)).help_by_id == scene.grace.user_id


async def test_aside_of_a_helped_room_still_answers(do: Do, make: Factory, scene: Scene):
    room = await make.room({Role.MASTER: scene.aiko, Role.MEMBER: await make.actor()})
    aside = (await do(scene.aiko, open_aside, room.id)).room
    await do(scene.aiko, ask_for_help, room.id)
    await do(scene.grace, take_over, room.id)
    await do(scene.aiko, post_message, aside.id, "Between us?")
    async with do.work.begin() as ctx:
        assert [run.room_id for run in await ctx.db.scalars(select(AiRun))] == [aside.id]
    assert await code_of(do(scene.grace, history, aside.id)) == "room_not_found"
