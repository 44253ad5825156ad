"""Take places at connections that answer only so many at once, for what is no answer: titles, translations, summaries
and decisions. They count among the answers (:mod:`chat_app.core.ai.runs.turns`), in every process of the site.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import delete, func, insert
from sqlmodel import col

from chat_app.core.ai.events import PlaceFreed
from chat_app.core.ai.runs.turns import KEY, places_taken
from chat_app.core.ai.tables import AiPlace
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.database.columns import table_of
from chat_app.core.kernel.errors import DomainError
from chat_app.core.kernel.ids import new_id

LOOK_SECONDS: Final = 1.0
"""The seconds between checks for a free slot."""

KEPT_FOR: Final = timedelta(minutes=2)
"""The longest time that a slot is taken: longer than any of these requests takes."""

log = structlog.get_logger()


class AnswerSlots:
    """The places that a process takes. The caller sets the time to wait for a place."""

    def __init__(self, work: UnitOfWork, limits: Callable[[], Mapping[str, int]]) -> None:
        self._work, self._limits = work, limits

    @asynccontextmanager
    async def taken(self, model: str, default_model: str) -> AsyncIterator[None]:
        """Wait for a slot at the connection of a model, and occupy it until the block ends."""
        connection = model.partition("/")[0]
        place = None
        while (limit := self._limits().get(connection)) and place is None:
            async with self._work.begin() as ctx:
                place = await take_place(ctx, connection, limit, default_model)
            if place is None:
                await asyncio.sleep(LOOK_SECONDS)
        try:
            yield
        finally:
            if place:
                await self._leave(place, connection)

    async def _leave(self, place: UUID, connection: str) -> None:
        try:
            async with self._work.begin() as ctx:
                await ctx.db.execute(delete(AiPlace).where(col(AiPlace.id) == place))
                ctx.emit(PlaceFreed(connection))
        except DomainError as error:  # it is free after a while
            log.warning("place_not_left", connection=connection, code=error.code)


async def take_place(ctx: Context, connection: str, limit: int, default_model: str) -> UUID | None:
    """Take a place at a connection, and return its id; None if all are taken."""
    await ctx.lock_key(KEY)
    await ctx.db.execute(delete(AiPlace).where(col(AiPlace.until) < _NOW))
    if (await places_taken(ctx, default_model))[connection] >= limit:
        return None
    place = new_id()
    await ctx.db.execute(insert(table_of(AiPlace)).values(id=place, connection=connection, until=_NOW + KEPT_FOR))
    return place


_NOW = func.clock_timestamp()
