"""Answers survive a PostgreSQL that is killed, restarted, frozen or cut off."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import text

from chat_app.core.ai.answers.writing.writer import LOOKS
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import Unavailable
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.tables import Room
from tests.faults.database.processes import HELD, Fault, Process, held, refused
from tests.support.gate import Gate
from tests.support.postgres import Postgres
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor

WHOLE = 30


async def test_an_answers_end_is_written_when_the_database_is_back(
    here: Process, aiko: Actor, room: Room, fault: Fault, vendor: ScriptedVendor
):
    await here.ai.start()
    answer = await here.ai.ask(aiko, room, HELD)
    await held(here, answer)
    fault.begin()
    vendor.release()
    await refused("finish_run")
    fault.end()
    ended = await here.ai.ended(answer)
    assert (ended.answer.status, len(ended.text.split())) == ("complete", WHOLE)
    stored = await here.stored(answer)
    assert (stored.status, stored.text) == ("complete", ended.text)


async def test_a_claimed_question_is_answered_when_the_database_is_back(
    here: Process, aiko: Actor, room: Room, fault: Fault
):
    answer = await here.ai.ask(aiko, room, "[[say at last]]")
    [run] = await here.writer.claim(10)
    fault.begin()
    writing = asyncio.create_task(here.writer.write(run))
    await refused("begin_run")
    fault.end()
    await writing
    assert here.ai.told(answer).text == "at last"


async def test_disconnected_process_can_still_write_the_end_of_its_answer(
    here: Process, there: Process, aiko: Actor, room: Room, gate: Gate, vendor: ScriptedVendor
):
    await here.ai.start()
    answer = await here.ai.ask(aiko, room, HELD)
    await held(here, answer)
    gate.cut()
    await look(there)
    assert (await there.stored(answer)).error == "llm_interrupted"
    vendor.release()
    await refused("finish_run")
    gate.mend()
    assert (await here.ai.ended(answer)).answer.status == "complete"
    assert len((await there.stored(answer)).text.split()) == WHOLE


async def test_a_given_up_answer_goes_on_when_its_writer_is_back(
    here: Process, there: Process, aiko: Actor, room: Room, gate: Gate, vendor: ScriptedVendor
):
    await here.ai.start()
    answer = await here.ai.ask(aiko, room, HELD)
    await held(here, answer)
    gate.cut()
    await look(there)
    gate.mend()
    await until(lambda: there_is(there, answer, "streaming"))
    vendor.release()
    assert (await here.ai.ended(answer)).answer.status == "complete"


async def there_is(process: Process, answer: MessageView, status: str) -> bool:
    return (await process.stored(answer)).status == status


async def look(process: Process, times: int = LOOKS) -> None:
    """Let a process poll so often for runs of stopped processes."""
    for _ in range(times):
        await process.writer.give_up_abandoned()


async def test_after_the_database_was_away_for_all_nobody_is_given_up_at_once(
    here: Process, there: Process, aiko: Actor, room: Room, server: Postgres
):
    answer = await here.ai.ask(aiko, room, "Hello")
    [run] = await here.writer.claim(10)
    await look(there, LOOKS - 1)
    server.kill()
    with pytest.raises(Unavailable):
        await look(there)
    server.start()
    await look(there, LOOKS - 1)
    assert (await there.do(None, running)) == [run]
    await look(there, 1)
    assert (await there.do(None, running)) == []
    assert await there.writer.claim(10) == [run], "what was never begun is queued again"
    await asyncio.gather(there.writer.write(run), here.writer.write(run))
    begun = [each for each in here.events + there.events if getattr(each, "message", answer).id == answer.id]
    statuses = [each.message.answer.status for each in begun if hasattr(each, "message")]
    assert statuses.count("complete") == 1


async def running(ctx: Context) -> list[UUID]:
    return list(await ctx.db.scalars(text("SELECT id FROM ai_runs WHERE status = 'running'")))
