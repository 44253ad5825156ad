"""Texts of live answers are saved together, and one that is locked keeps no other waiting."""

import asyncio
from collections.abc import Callable

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.permissions import Role
from chat_app.core.ai.answers.beginning import begin_run
from chat_app.core.ai.answers.writing.saving import Saving
from chat_app.core.ai.tables import AiRun
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.work.written import Written
from chat_app.core.messages.tables import Message
from tests.core.ai.conftest import MODEL, Ai
from tests.support.factory import Factory


async def test_a_locked_answer_keeps_no_other_waiting(
    new_ai: Callable[..., Ai], make: Factory, aiko: Actor, work: UnitOfWork
):
    ai = new_ai()
    for _ in range(3):
        await ai.ask(aiko, await make.room({Role.MASTER: aiko}, ai_rule="always"), "Hello")
    locked, *free = await ai.writer.claim(3)
    async with work.begin() as ctx:
        for run in (locked, *free):
            await begin_run(ctx, run, MODEL)
    saving = Saving(work)
    async with work.begin() as ctx:
        await ctx.db.execute(select(AiRun).where(col(AiRun.id) == locked).with_for_update())
        assert await asyncio.gather(*(saving.save(run, Written("so far")) for run in (locked, *free))) == [True] * 3
    assert await texts(work) == {locked: "", free[0]: "so far", free[1]: "so far"}
    assert await saving.save(locked, Written("so far"))
    assert set((await texts(work)).values()) == {"so far"}


async def texts(work: UnitOfWork) -> dict[object, str]:
    """Return the stored texts by their runs."""
    async with work.begin() as ctx:
        statement = select(col(AiRun.id), col(Message.text)).join(Message, col(Message.id) == col(AiRun.message_id))
        rows = await ctx.db.execute(statement)
        return dict(iter(rows))
