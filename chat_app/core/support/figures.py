"""Count the messages and usage of conversations."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Select, case, cast, func, select
from sqlmodel import col

from chat_app.core.ai.tables import AiRun
from chat_app.core.kernel.context import Context
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.tables import Member
from chat_app.core.support.views import SessionFigures


async def read_figures(ctx: Context, room_ids: Sequence[UUID]) -> dict[UUID, SessionFigures]:
    """Return the figures of these rooms; deleted messages and lines do not count."""
    said = {row[0]: tuple(row[1:]) for row in (await ctx.db.execute(_said(room_ids))).all()}
    used = {row[0]: tuple(row[1:]) for row in (await ctx.db.execute(_used(room_ids))).all()}
    people = select(col(Member.room_id), func.count()).where(col(Member.room_id).in_(room_ids))
    here = {row[0]: row[1] for row in (await ctx.db.execute(people.group_by(col(Member.room_id)))).all()}
    nothing: tuple[Any, ...] = (0, None, None, None, None)
    return {
        room_id: SessionFigures(here.get(room_id, 0), *said.get(room_id, (0, 0)), *used.get(room_id, nothing))
        for room_id in room_ids
    }


def _said(room_ids: Sequence[UUID]) -> Select[*tuple[Any, ...]]:
    room_id, is_ai = col(Message.room_id), col(Message.is_ai)
    counts = (func.count().filter(~is_ai), func.count().filter(is_ai))
    standing = (col(Message.event).is_(None), col(Message.deleted_at).is_(None))
    return select(room_id, *counts).where(room_id.in_(room_ids), *standing).group_by(room_id)


def _used(room_ids: Sequence[UUID]) -> Select[*tuple[Any, ...]]:
    room_id = col(AiRun.room_id)
    tokens = func.coalesce(col(AiRun.prompt_tokens), 0) + func.coalesce(col(AiRun.completion_tokens), 0)
    used = col(AiRun.prompt_tokens).is_not(None)
    unknown = func.count().filter(used, col(AiRun.cost).is_(None)) > 0
    cost = case((unknown, None), else_=cast(func.sum(AiRun.cost), BigInteger))
    lasted = func.extract("epoch", col(AiRun.finished_at) - col(AiRun.created_at)) * 1000
    times = (func.avg(AiRun.first_ms), func.avg(lasted), func.max(lasted))
    summed = cast(func.coalesce(func.sum(tokens), 0), BigInteger)
    return (
        select(room_id, summed, cost, *(cast(each, BigInteger) for each in times))
        .where(room_id.in_(room_ids))
        .group_by(room_id)
    )
