"""Count the outcomes of the answers of each connection's models."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, literal, or_, select, union_all
from sqlmodel import col

from chat_app.core.ai.tables import OPEN, AiRun, RunStatus
from chat_app.core.connections.views import ConnectionDayJson
from chat_app.core.kernel.context import Context
from chat_app.core.messages.tables import Message

DAY: Final = timedelta(hours=24)
_UNNAMED: Final = "llm_unavailable"


async def count_day(ctx: Context, default_model: str) -> Mapping[str, ConnectionDayJson]:
    """Return the last 24 hours of each connection, by slug, in one statement.

    Queued answers without a model count for the ``default_model``. The caller has checked that the actor is an admin.
    """
    days: dict[str, ConnectionDayJson] = defaultdict(nothing)
    for slug, status, error, number in await ctx.db.execute(_counted(ctx, default_model)):
        day = days[slug]
        if status == RunStatus.RUNNING:
            day["running"] += number
        elif status == RunStatus.QUEUED:
            day["waiting"] += number
        elif status == RunStatus.FAILED:
            code = error or _UNNAMED
            day["failed"][code] = day["failed"].get(code, 0) + number
        else:
            day["answers"] += number
    return days


def _counted(ctx: Context, default_model: str) -> Select[Any]:
    # An id begins with the time at which it was made, so that the primary key finds the newest.
    since = UUID(int=int((ctx.now - DAY).timestamp() * 1000) << 80)
    recent = col(AiRun.id) >= since
    model = func.coalesce(col(AiRun.model), col(Message.model), default_model)
    runs: Any = select(model.label("model"), col(AiRun.status).label("status"), col(AiRun.error).label("error"))
    runs = runs.join(Message, col(Message.id) == col(AiRun.message_id))
    runs = runs.where(or_(recent, col(AiRun.status).in_(OPEN)))
    instead = select(col(AiRun.instead_of), literal(RunStatus.FAILED.value), col(AiRun.instead_error))
    instead = instead.where(recent, col(AiRun.instead_of).is_not(None))
    each = union_all(runs, instead).subquery()
    slug = func.split_part(each.c.model, "/", 1)
    counted = select(slug, each.c.status, each.c.error, func.count())
    return counted.group_by(slug, each.c.status, each.c.error)


def nothing() -> ConnectionDayJson:
    """Return the statistics of an unused connection."""
    return {"answers": 0, "failed": {}, "running": 0, "waiting": 0}
