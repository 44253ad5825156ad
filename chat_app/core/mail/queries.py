"""Reading the outbox."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotFound
from chat_app.core.mail.tables import Mail

NEWEST: Final = 50


async def outbox(ctx: Context) -> Sequence[Mail]:
    """Return the newest mails, for the site's admin; raises ``NotFound`` for everybody else."""
    if not ctx.me.is_admin:
        raise NotFound()
    return (await ctx.db.scalars(select(Mail).order_by(col(Mail.created_at).desc()).limit(NEWEST))).all()
