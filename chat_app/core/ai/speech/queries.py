"""Count what models have read aloud."""

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select
from sqlmodel import col

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.ai.tables import AiSpeechCost
from chat_app.core.kernel.context import Context
from chat_app.core.safety.errors import ReportNotFound

COUNTED: Final = timedelta(days=30)


async def count_speech(ctx: Context) -> tuple[int, int]:
    """Return the usage of reading aloud in thirty days, and its cost if it is known; for admins."""
    access_site(ctx, SitePermission.MANAGE_MODELS, ReportNotFound)
    counted = select(func.count(), func.coalesce(func.sum(col(AiSpeechCost.cost)), 0))
    times, cost = (await ctx.db.execute(counted.where(col(AiSpeechCost.made_at) > ctx.now - COUNTED))).one()
    return times or 0, int(cost or 0)
