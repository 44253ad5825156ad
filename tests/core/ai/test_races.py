"""Concurrent changes to an answer: no deadlock, and no deleted text returns."""

import asyncio
from collections.abc import Callable

import pytest

from chat_app.core.ai.answers.beginning import begin_run
from chat_app.core.ai.asking.commands import post_message, regenerate_answer, stop_answer
from chat_app.core.ai.runs.changing import finish_run, keep_alive
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.errors import DomainError
from chat_app.core.kernel.work.written import Written
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.queries import history
from chat_app.core.messages.tables import Message, Status
from chat_app.core.rooms.commands import set_room_ai, update_room
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import MODEL, Ai
from tests.support.locks import someone_waits
from tests.support.use_cases import Do


async def test_an_end_that_waited_for_a_deletion_writes_nothing(
    new_ai: Callable[..., Ai], aiko: Actor, room: Room, work: UnitOfWork
):
    ai = new_ai()
    answer = await ai.ask(aiko, room, "Hello")
    [run_id] = await ai.writer.claim(1)
    await ai.do(None, begin_run, run_id, MODEL)
    async with work.begin(aiko) as ctx:
        await delete_message(ctx, answer.id)
        ending = asyncio.create_task(ai.do(None, finish_run, run_id, Status.COMPLETE, "Secret"))
        await someone_waits(work)
    await ending
    async with work.begin() as ctx:
        gone = await ctx.db.get_one(Message, answer.id)
    assert (gone.deleted_at is not None, gone.text, gone.status) == (True, "", "stopped")


@pytest.mark.parametrize("round_", range(4))
@pytest.mark.slow
async def test_answers_survive_a_storm(new_ai: Callable[..., Ai], aiko: Actor, room: Room, do: Do, round_: int):
    ai = new_ai()
    answers = []
    for n in range(3):  # of three models, since those of one come one after another
        await do(aiko, set_room_ai, room.id, model=f"vllm/{n}")
        answers.append(await ai.ask(aiko, room, f"Question {n}"))
    run_ids = await ai.writer.claim(3)

    async def live(run_id: object) -> None:
        await do(None, begin_run, run_id, MODEL)
        for text in ("a", "ab", "abc"):
            await do(None, keep_alive, {run_id: Written(text)})
        await do(None, finish_run, run_id, Status.COMPLETE, "abcd")

    async def disturb(use_case: Callable[..., object], *arguments: object) -> None:
        for _ in range(3):
            try:
                await do(aiko, use_case, *arguments)
            except DomainError:
                await asyncio.sleep(0)

    async def rename(ctx: Context, name: str) -> None:
        await update_room(ctx, room.id, name=name)

    await asyncio.gather(
        *map(live, run_ids),
        *(disturb(stop_answer, answer.id) for answer in answers),
        *(disturb(regenerate_answer, answer.id) for answer in answers),
        disturb(delete_message, answers[round_ % 3].id),
        disturb(post_message, room.id, "Meanwhile"),
        disturb(rename, "Storm"),
    )
    page = await do(aiko, history, room.id)
    revs = sorted(message.rev for message in page.messages)
    assert len(set(revs)) == len(revs)
    assert revs[-1] <= page.rev
    assert next(message for message in page.messages if message.id == answers[round_ % 3].id).text == ""
