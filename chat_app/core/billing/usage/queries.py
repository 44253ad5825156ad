"""Show what models did: for a person, and in a room."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, cast, func, or_, select
from sqlmodel import col

from chat_app.core.access.permissions import Permission
from chat_app.core.accounts.tables import User
from chat_app.core.billing.tables import TokenUsage
from chat_app.core.billing.wire import Grouping, UsageJson, UsagePageJson
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import Invalid
from chat_app.core.kernel.ids import AnyId
from chat_app.core.rooms.access import access_room
from chat_app.core.rooms.tables import Member, Room

DAYS_MAX: Final = 366

_DAY: Final = cast(func.timezone("UTC", col(TokenUsage.created_at)), Date)
_KEYS: Final[dict[Grouping, Any]] = {
    "day": _DAY,
    "model": col(TokenUsage.model),
    "room": col(TokenUsage.room_id),
    "person": col(TokenUsage.asker_id),
    "work": col(TokenUsage.work),
}


_PRIVATE: Final = ("translation", "dictation", "speech")
"""Work of a model for one person alone: other readers of a room do not learn of it."""


async def my_usage(ctx: Context, by: str = "day", days: int = 30) -> UsagePageJson:
    """Return the actor's usage of models, and others' usage that the actor pays; ``charged`` is what they paid."""
    me = ctx.me.user_id
    mine = or_(col(TokenUsage.payer_id) == me, col(TokenUsage.asker_id) == me)
    return await add_up(ctx, mine, by, days, paid=col(TokenUsage.payer_id) == me)


async def room_usage(ctx: Context, room_id: AnyId, by: str = "day", days: int = 30) -> UsagePageJson:
    """Return what models did in a room, as its answers show it; newcomers see it from when they see messages."""
    access = await access_room(ctx, room_id, Permission.VIEW)
    here = col(TokenUsage.room_id) == access.room.id
    me = ctx.me.user_id
    private = col(TokenUsage.work).in_(_PRIVATE)
    here = and_(here, or_(~private, col(TokenUsage.asker_id) == me, col(TokenUsage.payer_id) == me))
    if access.member.sees_after:
        here = and_(here, col(TokenUsage.created_at) >= access.member.joined_at)
    return await add_up(ctx, here, by, days, paid=col(TokenUsage.payer_id) == me)


async def add_up(
    ctx: Context,
    which: ColumnElement[bool],
    by: str,
    days: int,
    *,
    paid: ColumnElement[bool],
) -> UsagePageJson:
    """Add up the usage that ``which`` selects; the caller has checked the permission. Raises ``Invalid`` for an unknown
    grouping.
    """
    grouping = checked_grouping(by)
    days = max(1, min(days, DAYS_MAX))
    sums: list[Any] = [
        func.count(),
        func.sum(col(TokenUsage.prompt_tokens)),
        func.sum(col(TokenUsage.completion_tokens)),
        func.coalesce(func.sum(col(TokenUsage.cost)), 0),
        func.coalesce(func.sum(col(TokenUsage.charged)).filter(paid), 0),
    ]
    key = _KEYS[grouping].label("key")
    order = key if grouping == "day" else func.sum(col(TokenUsage.cost)).desc().nulls_last()
    totals = [func.sum(each).over() for each in sums]
    found = select(key, *sums, *totals).where(which, col(TokenUsage.created_at) >= since_of(ctx.now, days))
    rows = (await ctx.db.execute(found.group_by(key).order_by(order, key).limit(DAYS_MAX))).all()
    labels = await names_of(ctx, grouping, [row[0] for row in rows if row[0]])
    return usage_page(grouping, days, rows, labels)


def checked_grouping(by: str) -> Grouping:
    """Return a grouping. Raises ``Invalid`` for another thing."""
    if by not in get_args(Grouping):
        raise Invalid("invalid_request", field="by")
    return by  # type: ignore[return-value]


def usage_page(by: Grouping, days: int, rows: Sequence[Any], labels: Mapping[Any, str]) -> UsagePageJson:
    """Return a page: rows of keys and numbers, the total, and the names of the keys. Pure."""
    items = [_item(str(key or ""), labels.get(key, ""), numbers[:5]) for key, *numbers in rows]
    return {"by": by, "days": days, "items": items, "total": _item("", "", rows[0][6:] if rows else [0] * 5)}


def since_of(now: datetime, days: int) -> datetime:
    """Return the beginning of the first of so many days, today being the last, by UTC."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)


def _item(key: str, label: str, numbers: Sequence[Any]) -> UsageJson:
    times, prompt, completion, cost, charged = map(int, numbers)
    return {
        "key": key,
        "label": label,
        "times": times,
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "cost": cost,
        "charged": charged,
    }


async def names_of(ctx: Context, by: Grouping, keys: Sequence[UUID]) -> dict[UUID, str]:
    """Return the names of rooms in which the actor is, or of people."""
    if by == "room":
        here = and_(col(Member.room_id) == col(Room.id), col(Member.user_id) == ctx.me.user_id)
        rooms = select(col(Room.id), col(Room.name)).join(Member, here)
        rows = await ctx.db.execute(rooms.where(col(Room.id).in_(keys), col(Room.deleted_at).is_(None)))
    elif by == "person":
        rows = await ctx.db.execute(select(col(User.id), col(User.name)).where(col(User.id).in_(keys)))
    else:
        return {}
    return {row[0]: row[1] for row in rows}
