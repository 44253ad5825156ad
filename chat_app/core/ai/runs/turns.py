"""Decide which runs may begin at connections with a limit of concurrent answers, and how many wait before each."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Select, Uuid, bindparam, column, exists, func, select, update
from sqlmodel import col

from chat_app.core.ai.events import RunWaits
from chat_app.core.ai.tables import AiPlace, AiRun, RunStatus
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.database.columns import table_of
from chat_app.core.messages.answer_tables import CallStatus, MessageCall
from chat_app.core.messages.tables import Message

KEY: Final = "runs"
"""The lock for claiming runs of limited connections: two claims that count at the same time would take too many."""

COUNTED: Final = 1_000
"""The maximum number of queued runs, the first of each connection, whose places are published."""


async def may_begin(ctx: Context, candidates: Select[Any], limits: Mapping[str, int], default_model: str) -> list[UUID]:
    """Return the ``candidates`` (ids of queued runs, oldest first) that may begin at their connections now.

    ``limits`` are the numbers of simultaneous answers, by connection; a connection without a number has no limit. An
    answer that waits for a person's approval of a call does not count. Other processes wait until the transaction ends.
    """
    await ctx.lock_key(KEY)
    taken = await places_taken(ctx, default_model)
    connection = _connection(default_model)
    begin = []
    for run_id, slug in await ctx.db.execute(candidates.add_columns(connection)):
        if taken[slug] < limits.get(slug, taken[slug] + 1):
            taken[slug] += 1
            begin.append(run_id)
    return begin


async def places_taken(ctx: Context, default_model: str) -> Counter[str]:
    """Return the number of taken places of each connection: by answers, and by other calls."""
    connection = _connection(default_model)
    waits = exists().where(col(MessageCall.run_id) == col(AiRun.id), col(MessageCall.status) == CallStatus.WAITING)
    running = select(connection, func.count()).where(col(AiRun.status) == RunStatus.RUNNING, ~waits)
    others = select(col(AiPlace.connection), func.count()).where(col(AiPlace.until) >= func.clock_timestamp())
    taken: Counter[str] = Counter()
    for counted in (running.group_by(connection), others.group_by(col(AiPlace.connection))):
        for slug, count in await ctx.db.execute(counted):
            taken[slug] += count
    return taken


async def note_turns(ctx: Context, limits: Mapping[str, int], default_model: str) -> None:
    """Store how many answers come before each queued run of a limited connection, and publish the changes.

    A run that is locked elsewhere keeps its number until the next time: this function does not wait.
    """
    connection = _connection(default_model)
    turn = func.row_number().over(partition_by=connection, order_by=(col(AiRun.created_at), col(AiRun.id)))
    queued = select(col(AiRun.id), col(AiRun.before), turn)
    queued = queued.where(col(AiRun.status) == RunStatus.QUEUED, connection.in_(limits))
    queued = queued.order_by(turn).limit(COUNTED)
    turns = {run_id: turn for run_id, before, turn in await ctx.db.execute(queued) if before != turn}
    if not turns:
        return
    free = select(col(AiRun.id)).where(col(AiRun.id).in_(turns)).with_for_update(skip_locked=True)
    ids = list(await ctx.db.scalars(free))
    noted = await ctx.db.execute(_NOTE, {"ids": ids, "turns": [turns[each] for each in ids]})
    for noted_run in noted:
        ctx.emit(RunWaits(*noted_run))


async def waiting_turns(ctx: Context, messages: list[UUID]) -> dict[UUID, int]:
    """Return how many answers come before those of these messages that wait for their connection."""
    waits = select(col(AiRun.message_id), col(AiRun.before)).where(
        col(AiRun.message_id).in_(messages), col(AiRun.status) == RunStatus.QUEUED, col(AiRun.before).is_not(None)
    )
    return {message_id: before for message_id, before in await ctx.db.execute(waits) if before}


def _connection(default_model: str) -> Any:
    return func.split_part(func.coalesce(col(AiRun.model), default_model), "/", 1)


_RUNS = table_of(AiRun)
_NEW = (
    func.unnest(bindparam("ids", type_=ARRAY(Uuid)), bindparam("turns", type_=ARRAY(Integer)))
    .table_valued(column("id", Uuid), column("turn", Integer), name="new")
    .render_derived()
)
_NOTE = (
    update(_RUNS)
    .where(_RUNS.c.id == _NEW.c.id, _RUNS.c.status == RunStatus.QUEUED, _RUNS.c.message_id == col(Message.id))
    .values(before=_NEW.c.turn)
    .returning(_RUNS.c.room_id, _RUNS.c.message_id, col(Message.seq), _RUNS.c.before)
)
