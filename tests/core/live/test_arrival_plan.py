"""The list of rooms of an arrival is read in one pass, even if the database has no recent statistics."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chat_app.core.access.permissions import Role
from chat_app.core.live.arrival import _FIRST_ROOMS
from tests.support.factory import Factory

MANY_ROOMS = (
    """INSERT INTO rooms SELECT (jsonb_populate_record(room, jsonb_build_object('id', gen_random_uuid()))).*
    FROM rooms room, generate_series(1, 100) WHERE room.id = :room""",
    """INSERT INTO room_members SELECT (jsonb_populate_record(one, jsonb_build_object('room_id', room.id))).*
    FROM room_members one, rooms room WHERE one.room_id = :room AND room.id <> :room""",
    "UPDATE pg_class SET reltuples = 100, relpages = 5 WHERE relname IN ('rooms', 'room_members')",
)
"""The last one makes the statistics those of a smaller database."""


def loops(plan: dict[str, Any], kind: str) -> Iterator[int]:
    """Yield how often each node of a kind was evaluated."""
    if plan["Node Type"] == kind:
        yield plan["Actual Loops"]
    for part in plan.get("Plans", ()):
        yield from loops(part, kind)


async def test_many_rooms_are_numbered_once_with_old_statistics(engine: AsyncEngine, make: Factory):
    me = await make.actor()
    room = await make.room({Role.MASTER: me})
    compiled = _FIRST_ROOMS.compile(dialect=engine.dialect)
    values = compiled.construct_params({"actor": me.user_id, "here": None})
    async with engine.connect() as connection:
        for statement in MANY_ROOMS:
            await connection.execute(text(statement), {"room": room.id} if ":room" in statement else {})
        explained = await connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {compiled}", values)
        [found] = explained.scalar_one()
        await connection.rollback()
    evaluated = list(loops(found["Plan"], "WindowAgg"))
    assert evaluated
    assert set(evaluated) == {1}
