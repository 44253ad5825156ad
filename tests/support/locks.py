"""Transactions that wait for one another, or lose their connection."""

from sqlalchemy import text

from chat_app.core.kernel.context import Context, UnitOfWork

WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


async def someone_waits(work: UnitOfWork) -> None:
    """Return when another connection to the database waits for a lock."""
    while True:
        async with work.begin() as ctx:
            if await ctx.db.scalar(WAITING):
                return


async def end_connection(ctx: Context, work: UnitOfWork) -> None:
    """Have PostgreSQL end the connection of a transaction, so that it cannot be committed."""
    process = await ctx.db.scalar(text("SELECT pg_backend_pid()"))
    async with work.begin() as other:
        await other.db.execute(text("SELECT pg_terminate_backend(:process, 5000)"), {"process": process})
