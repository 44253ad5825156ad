"""Answers that are stopped or deleted."""

from collections.abc import Callable

import pytest

from chat_app.core.ai.asking.commands import stop_answer
from chat_app.core.ai.tables import AiRun
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.commands import delete_room
from chat_app.core.rooms.members import remove_member
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import LONG, Ai, run_of
from tests.support.factory import Factory
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor


async def test_queued_answer_is_stopped(new_ai: Callable[..., Ai], aiko: Actor, room: Room, vendor: ScriptedVendor):
    ai = new_ai()
    answer = await ai.ask(aiko, room, LONG)
    stopped = await ai.do(aiko, stop_answer, answer.id)
    assert (stopped.answer.status, stopped.text) == ("stopped", "")
    assert ai.told(answer) == stopped
    assert await ai.writer.claim(10) == []
    assert vendor.requests == []


async def test_claimed_answer_is_stopped_before_the_model_is_called(
    new_ai: Callable[..., Ai], aiko: Actor, room: Room, vendor: ScriptedVendor
):
    ai = new_ai()
    answer = await ai.ask(aiko, room, LONG)
    [run_id] = await ai.writer.claim(10)
    await ai.do(aiko, stop_answer, answer.id)
    await ai.writer.write(run_id)
    assert ai.told(answer).answer.status == "stopped"
    assert vendor.requests == []


async def test_answer_is_stopped_before_its_first_word(ai: Ai, aiko: Actor, room: Room, vendor: ScriptedVendor):
    answer = await ai.ask(aiko, room, "[[slow 60]]")
    await until(lambda: vendor.requests)
    await ai.do(aiko, stop_answer, answer.id)
    stopped = await ai.ended(answer)
    assert (stopped.answer.status, stopped.text) == ("stopped", "")


async def test_stopped_answer_keeps_its_text(ai: Ai, aiko: Actor, room: Room, vendor: ScriptedVendor):
    answer = await ai.ask(aiko, room, LONG)
    await ai.grown(answer)
    await ai.do(aiko, stop_answer, answer.id)
    stopped = await ai.ended(answer)
    assert stopped.answer.status == "stopped"
    assert stopped.text.startswith("quiet")
    assert await ai.stored(aiko, answer) == stopped
    await until(lambda: vendor.requests[0].outcome == "left")
    again = await ai.do(aiko, stop_answer, answer.id)
    assert again == stopped


async def test_answer_of_removed_asker_ends(ai: Ai, aiko: Actor, room: Room, make: Factory):
    ben = await make.actor()
    await make.join(room, ben)
    answer = await ai.ask(ben, room, LONG)
    await ai.grown(answer)
    await ai.do(aiko, remove_member, room.id, ben.user_id)
    ended = await ai.ended(answer)
    assert ended.answer.status == "stopped"
    assert ended.text.startswith("quiet")


async def test_queued_answer_of_removed_asker_does_not_begin(
    new_ai: Callable[..., Ai], aiko: Actor, room: Room, make: Factory, vendor: ScriptedVendor
):
    ai, ben = new_ai(), await make.actor()
    await make.join(room, ben)
    answer = await ai.ask(ben, room, LONG)
    await ai.do(aiko, remove_member, room.id, ben.user_id)
    [run_id] = await ai.writer.claim(10)
    await ai.writer.write(run_id)
    assert ai.told(answer).answer.status == "stopped"
    assert vendor.requests == []


async def test_answer_is_stopped_from_another_process(ai: Ai, aiko: Actor, room: Room, other: Ai):
    answer = await ai.ask(aiko, room, LONG)
    await ai.grown(answer)
    await other.do(aiko, stop_answer, answer.id)
    assert (await ai.ended(answer)).answer.status == "stopped"


@pytest.mark.parametrize("what", ["message", "room"])
async def test_deleted_answer_is_not_written_any_more(
    ai: Ai, aiko: Actor, room: Room, vendor: ScriptedVendor, work: UnitOfWork, what: str
):
    answer = await ai.ask(aiko, room, LONG)
    await ai.grown(answer)
    await (ai.do(aiko, delete_message, answer.id) if what == "message" else ai.do(aiko, delete_room, room.id))
    await until(lambda: vendor.requests[0].outcome == "left")
    run = await until(lambda: finished(work, answer))
    assert run.status == "stopped"
    if what == "message":
        assert (await ai.stored(aiko, answer)).text == ""


async def finished(work: UnitOfWork, answer: MessageView) -> AiRun | None:
    run = await run_of(work, answer)
    return run if run.finished_at else None


@pytest.mark.parametrize("what", ["message", "room"])
async def test_answer_deleted_in_the_queue_is_not_requested(
    new_ai: Callable[..., Ai], aiko: Actor, room: Room, vendor: ScriptedVendor, work: UnitOfWork, what: str
):
    ai = new_ai()
    answer = await ai.ask(aiko, room, LONG)
    await (ai.do(aiko, delete_message, answer.id) if what == "message" else ai.do(aiko, delete_room, room.id))
    [run_id] = await ai.writer.claim(10)
    await ai.writer.write(run_id)
    assert vendor.requests == []
    assert (await run_of(work, answer)).status == "stopped"
