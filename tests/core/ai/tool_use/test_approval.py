"""Calls that wait until a member approves them."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from chat_app.core.access.permissions import Role
from chat_app.core.ai.answers.giving_up import heartbeats
from chat_app.core.ai.asking.commands import stop_answer
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.ai.runs import live_answer
from chat_app.core.ai.tool_use.commands import approve_tool_call, refuse_tool_call
from chat_app.core.ai.tool_use.errors import ToolCallDecided, ToolCallNotFound, ToolNotInRoom
from chat_app.core.ai.tool_use.making import CallPatience
from chat_app.core.ai.tool_use.queries import view_tool_call
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import NotAllowed
from chat_app.core.messages.tables import Status
from chat_app.core.rooms.tables import AiRule, Room
from chat_app.core.tools.rules import chosen
from chat_app.worker import answers
from tests.core.ai.conftest import Ai
from tests.core.ai.tool_use.conftest import SmallToolbox, calls_of, waiting
from tests.support.factory import Factory
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor

pytestmark = pytest.mark.slow

SEND = '[[call send {"to": "ben@example.org"}]] [[say Well: {results}]]'


async def test_approved_call_is_made_and_says_by_whom(
    ai: Ai, aiko: Actor, room: Room, make: Factory, toolbox: SmallToolbox
):
    ben = await make.actor(username="ben")
    await make.join(room, ben, Role.ADMIN)
    answer = await ai.ask(aiko, room, SEND)
    call = await waiting(ai, answer)
    assert toolbox.called == []
    await ai.do(ben, approve_tool_call, call)
    ended = await ai.ended(answer)
    assert ended.text == "Well: done and sent"
    assert toolbox.called == [("send", {"to": "ben@example.org"})]
    [shown] = calls_of(ai, answer)
    assert (shown["status"], shown["by"]["username"]) == ("done", "ben")


async def test_refused_call_is_not_made_and_the_model_is_told(ai: Ai, aiko: Actor, room: Room, toolbox: SmallToolbox):
    answer = await ai.ask(aiko, room, SEND)
    await ai.do(aiko, refuse_tool_call, await waiting(ai, answer))
    assert (await ai.ended(answer)).text.startswith("Well: A person refused the call.")
    assert toolbox.called == []
    [shown] = calls_of(ai, answer)
    assert (shown["status"], shown["by"]["username"]) == ("refused", "aiko")


async def test_call_of_a_tool_that_the_room_has_lost_can_only_be_refused(
    ai: Ai, aiko: Actor, room: Room, toolbox: SmallToolbox
):
    answer = await ai.ask(aiko, room, SEND)
    call = await waiting(ai, answer)
    await ai.do(aiko, set_ai, [], room.id, tools=chosen([], []))
    with pytest.raises(ToolNotInRoom):
        await ai.do(aiko, approve_tool_call, call)
    await ai.do(aiko, refuse_tool_call, call)
    await ai.ended(answer)
    assert toolbox.called == []


@pytest.mark.parametrize("shut", [{"archived_at": datetime.now(UTC)}, {"closed": True}])
async def test_call_in_a_room_that_is_shut_while_it_waits_is_refused_at_once(
    ai: Ai, aiko: Actor, room: Room, toolbox: SmallToolbox, work: UnitOfWork, shut: dict[str, object]
):
    answer = await ai.ask(aiko, room, SEND)
    await waiting(ai, answer)
    async with work.begin() as ctx:
        await ctx.db.execute(update(Room).where(Room.id == room.id).values(shut))
    ended = await ai.ended(answer)
    assert ended.text.startswith("Well: Nobody can approve the call any more")
    [shown] = calls_of(ai, answer)
    assert (shown["status"], shown["error"], shown.get("by")) == ("refused", "tool_room_shut", None)
    assert toolbox.called == []


async def test_answers_that_wait_for_approval_take_no_place(
    ai: Ai, aiko: Actor, make: Factory, toolbox: SmallToolbox, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(answers, "AT_ONCE", 1)
    tools = [tool.id for tool in await toolbox.tools()]
    rooms = [await make.room({Role.MASTER: aiko}, ai_rule=AiRule.ALWAYS, ai_tools=tools) for _ in range(4)]
    resting = [await ai.ask(aiko, room, SEND) for room in rooms[:2]]
    calls = [await waiting(ai, answer) for answer in resting]
    held = await ai.ask(aiko, rooms[2], "[[call hang {}]] [[say Released]]")
    await until(lambda: toolbox.called)
    last = await ai.ask(aiko, rooms[3], "[[say Last]]")
    assert ai.told(last).answer.status == Status.QUEUED, "a call that is being made keeps its place"
    toolbox.release.set()
    assert [(await ai.ended(each)).text for each in (held, last)] == ["Released", "Last"]
    for call in calls:
        await ai.do(aiko, approve_tool_call, call)
    assert {(await ai.ended(answer)).text for answer in resting} == {"Well: done and sent"}


class TestTimes:
    @pytest.fixture
    def patience(self) -> CallPatience:
        return CallPatience(approval=0.05)

    async def test_call_that_nobody_approves_is_refused_by_nobody(
        self, ai: Ai, aiko: Actor, room: Room, toolbox: SmallToolbox
    ):
        answer = await ai.ended(await ai.ask(aiko, room, SEND))
        assert answer.text == "Well: Nobody approved the call in time. It was not made."
        [shown] = calls_of(ai, answer)
        assert (shown["status"], shown["error"], shown.get("by")) == ("refused", "tool_not_approved", None)
        with pytest.raises(ToolCallDecided):
            await ai.do(aiko, approve_tool_call, shown["id"])
        assert toolbox.called == []


async def test_approver_sees_all_arguments_and_later_readers_their_beginning(ai: Ai, aiko: Actor, room: Room):
    long = "x" * 1_000
    answer = await ai.ask(aiko, room, f'[[call send {{"text": "{long}"}}]] [[say ok]]')
    call = await waiting(ai, answer)
    assert long in calls_of(ai, answer)[0]["arguments"]
    await ai.do(aiko, approve_tool_call, call)
    await ai.ended(answer)
    assert len(calls_of(ai, answer)[0]["arguments"]) == 200
    assert long in (await ai.do(aiko, view_tool_call, call)).call.arguments


async def test_call_is_decided_once(ai: Ai, aiko: Actor, room: Room, toolbox: SmallToolbox):
    answer = await ai.ask(aiko, room, SEND)
    call = await waiting(ai, answer)
    outcomes = await asyncio.gather(
        *(ai.do(aiko, approve_tool_call, call) for _ in range(3)),
        ai.do(aiko, refuse_tool_call, call),
        return_exceptions=True,
    )
    assert sum(isinstance(each, ToolCallDecided) for each in outcomes) == 3
    await ai.ended(answer)
    assert len(toolbox.called) <= 1


@pytest.mark.parametrize("role", [Role.MEMBER, Role.GUEST, Role.READER])
async def test_others_may_see_a_call_and_not_decide_it(ai: Ai, aiko: Actor, room: Room, make: Factory, role: Role):
    other = await make.actor()
    await make.join(room, other, role)
    answer = await ai.ask(aiko, room, SEND)
    call = await waiting(ai, answer)
    for decide in (approve_tool_call, refuse_tool_call):
        with pytest.raises(NotAllowed):
            await ai.do(other, decide, call)
    assert (await ai.do(other, view_tool_call, call)).call.status == "waiting"
    await ai.do(aiko, refuse_tool_call, call)


async def test_stranger_finds_no_call(ai: Ai, aiko: Actor, room: Room, make: Factory):
    stranger = await make.actor()
    answer = await ai.ask(aiko, room, SEND)
    call = await waiting(ai, answer)
    for use_case in (approve_tool_call, refuse_tool_call, view_tool_call):
        for wanted in (call, "nonsense", answer.id):
            with pytest.raises(ToolCallNotFound):
                await ai.do(stranger, use_case, wanted)


async def test_room_may_let_all_its_members_decide(ai: Ai, aiko: Actor, room: Room, make: Factory):
    member = await make.actor()
    await make.join(room, member)
    async with ai.do.work.begin() as ctx:
        (await ctx.db.get_one(Room, room.id)).ai_rights = {"approve_tools": "member"}
    answer = await ai.ask(aiko, room, SEND)
    await ai.do(member, approve_tool_call, await waiting(ai, answer))
    assert (await ai.ended(answer)).text == "Well: done and sent"


async def test_stopped_answer_waits_no_more(ai: Ai, aiko: Actor, room: Room):
    answer = await ai.ask(aiko, room, SEND)
    call = await waiting(ai, answer)
    await ai.do(aiko, stop_answer, answer.id)
    assert (await ai.ended(answer)).answer.status == Status.STOPPED
    with pytest.raises(ToolCallDecided):
        await ai.do(aiko, approve_tool_call, call)


async def test_approval_that_reaches_another_process_is_found(
    ai: Ai, other: Ai, aiko: Actor, room: Room, toolbox: SmallToolbox
):
    answer = await ai.ask(aiko, room, SEND)
    call = await waiting(ai, answer)
    await other.do(aiko, approve_tool_call, call)
    assert (await ai.ended(answer)).text == "Well: done and sent"


async def test_waiting_call_keeps_the_run_alive(
    ai: Ai, other: Ai, aiko: Actor, room: Room, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(live_answer, "SAVE_SECONDS", 0.1)
    answer = await ai.ask(aiko, room, SEND)
    call = await waiting(ai, answer)
    beats = set()
    while len(beats) < 3:  # it goes on, though nothing is written
        async with ai.do.work.begin() as ctx:
            beats |= set((await heartbeats(ctx)).values())
        await asyncio.sleep(0.05)
    await ai.do(aiko, approve_tool_call, call)
    assert (await ai.ended(answer)).text == "Well: done and sent"


async def test_late_comers_see_the_call(ai: Ai, aiko: Actor, room: Room, make: Factory, vendor: ScriptedVendor):
    answer = await ai.ask(aiko, room, SEND)
    call = await waiting(ai, answer)
    late = await make.actor()
    await make.join(room, late, Role.READER)
    [seen] = (await ai.stored(late, answer)).answer.calls
    assert (seen["id"], seen["status"], seen["label"]) == (call, "waiting", "Send")
    await ai.do(aiko, refuse_tool_call, call)
    await ai.ended(answer)
