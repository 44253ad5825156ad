"""Regenerated answers."""

import asyncio
from collections.abc import Callable

from chat_app.core.ai.commands import post_message, regenerate_answer, stop_answer
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.commands import delete_message
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import LONG, Ai
from tests.support.factory import Factory
from tests.support.refusal import refused


async def test_writing_anew_happens_in_the_same_place(ai: Ai, aiko: Actor, room: Room, work: UnitOfWork):
    failed = await ai.ended(await ai.ask(aiko, room, "[[cut 3 once]]"))
    await ai.do(aiko, post_message, room.id, "[[tokens 2]]")
    queued = await ai.do(aiko, regenerate_answer, failed.id)
    assert (queued.id, queued.seq, queued.text, queued.answer.status) == (failed.id, failed.seq, "", "queued")
    assert (queued.answer.error, queued.answer.model, queued.answer.tokens) == (None, None, None)
    assert queued.rev > failed.rev
    answer = await ai.ended(failed)
    assert (answer.id, answer.seq, answer.answer.status) == (failed.id, failed.seq, "complete")
    assert answer.text.startswith("quiet rivers carry the morning")
    assert answer.answer.run != failed.answer.run
    assert ai.pieces(answer)[-1].run_id == answer.answer.run


async def test_one_answer_at_a_time_in_one_place(ai: Ai, aiko: Actor, room: Room):
    answer = await ai.ask(aiko, room, LONG)
    with refused("still_answering"):
        await ai.do(aiko, regenerate_answer, answer.id)
    await ai.do(aiko, stop_answer, answer.id)
    await ai.ended(answer)
    await ai.do(aiko, delete_message, answer.id)
    with refused("message_deleted"):
        await ai.do(aiko, regenerate_answer, answer.id)


async def test_a_resend_neither_writes_anew_twice_nor_stops_what_is_new(ai: Ai, aiko: Actor, room: Room):
    first = await ai.ended(await ai.ask(aiko, room, "[[tokens 2]]"))
    again = await ai.do(aiko, regenerate_answer, first.id, run=str(first.answer.run))
    resent = await ai.do(aiko, regenerate_answer, first.id, run=str(first.answer.run))
    assert resent.answer.run == again.answer.run != first.answer.run
    await ai.do(aiko, stop_answer, first.id, run=str(first.answer.run))
    answer = await ai.ended(first)
    assert (answer.answer.run, answer.answer.status) == (again.answer.run, "complete")
    late = await ai.do(aiko, regenerate_answer, first.id, run=str(first.answer.run))
    assert (late.answer.run, late.answer.status) == (again.answer.run, "complete")


async def test_regenerating_twice_at_once_is_one_run(new_ai: Callable[..., Ai], make: Factory, aiko: Actor, room: Room):
    ai = new_ai()
    answer = await make.message(room, None, "Old", asked_by_id=aiko.user_id)
    results = await asyncio.gather(
        *(ai.do(aiko, regenerate_answer, answer.id) for _ in range(5)), return_exceptions=True
    )
    assert sorted(getattr(result, "code", "queued") for result in results) == ["queued"] + ["still_answering"] * 4
    assert len(await ai.writer.claim(10)) == 1
