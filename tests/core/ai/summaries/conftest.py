"""A room with a long talk, and a summariser."""

import pytest
from sqlalchemy import select, text
from sqlmodel import col

from chat_app.core.ai.summaries.summariser import Summariser
from chat_app.core.ai.tables import AiSummaryCost
from chat_app.core.kernel.actor import Actor
from chat_app.core.messages.answer_tables import MessageContextSummary
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import Ai
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.vendor.server import ScriptedVendor

LINES = 40


@pytest.fixture
async def summariser(ai: Ai, vendor: ScriptedVendor) -> Summariser:
    return Summariser(ai.do.work, ai.writer._gateway)


@pytest.fixture
async def talk(make: Factory, room: Room, aiko: Actor) -> list[Message]:
    """Messages of about 25 tokens each, three times as many as fit into the small window."""
    await make.messages(room, aiko, [f"Fact {n}: {'tea and rice ' * 7}" for n in range(LINES)])
    async with make.work.begin() as ctx:
        await ctx.db.execute(text("UPDATE messages SET created_at = created_at - interval '1 minute' * (100 - seq)"))
        return list(await ctx.db.scalars(select(Message).where(Message.room_id == room.id).order_by(Message.seq)))


async def summary_of(do: Do, room: Room) -> MessageContextSummary | None:
    """Return the room's summary. One statement reads it with the room, since a worker may write both in between."""
    kept_with = select(Room.ai_summary_seq, MessageContextSummary).outerjoin(
        MessageContextSummary, col(MessageContextSummary.room_id) == col(Room.id)
    )
    async with do.work.begin() as ctx:
        kept, row = (await ctx.db.execute(kept_with.where(col(Room.id) == room.id))).one()
    assert kept == (row.until_seq if row else None)
    return row


async def costs_of(do: Do, room: Room) -> list[AiSummaryCost]:
    """Return what all summaries of a room took, the oldest first."""
    async with do.work.begin() as ctx:
        of_room = select(AiSummaryCost).where(col(AiSummaryCost.room_id) == room.id)
        return list(await ctx.db.scalars(of_room.order_by(col(AiSummaryCost.id))))
