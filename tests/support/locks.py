"""Seeing transactions wait for one another."""

from sqlalchemy import text

from chat_app.core.kernel.context import UnitOfWork

WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


async def someone_waits(work: UnitOfWork) -> None:
    """Return when another connection to the database waits for a lock."""
    while True:
        async with work.begin() as ctx:
            if await ctx.db.scalar(WAITING):
                return
