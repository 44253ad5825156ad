"""Read failed jobs."""

from collections.abc import Sequence
from typing import Final

from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotFound
from chat_app.core.kernel.jobs import FailedJob

NEWEST: Final = 100


async def list_failed_jobs(ctx: Context) -> Sequence[FailedJob]:
    """Return the newest failed jobs, for the site's admin; raises ``NotFound`` for everybody else."""
    require_admin(ctx)
    return await ctx.jobs.failed(ctx.db, NEWEST)


def require_admin(ctx: Context) -> None:
    """Raise ``NotFound`` unless the actor is an admin of the site."""
    if not ctx.me.is_admin:
        raise NotFound()
