"""The site's statistics: totals, and the figures of the last days."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Date, DateTime, Row, cast, extract, func, select, true
from sqlmodel import col
from typing_extensions import TypedDict

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.accounts.tables import User
from chat_app.core.ai.tables import AiRun, RunStatus
from chat_app.core.auth.tables import UserSession
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.wire import Timestamp, timestamp
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.tables import Room

DAYS: Final = 14
AGE_MAX: Final = timedelta(seconds=15)
"""The time for which figures are cached: several people may look at them at once."""


class DayOut(TypedDict):
    """Count the events of a day: `cost` is in millionths of a US dollar, `latency` the median milliseconds of an
    answer.
    """

    day: str
    people: int
    rooms: int
    messages: int
    answers: int
    errors: int
    cost: int
    latency: int | None


class OverviewOut(TypedDict):
    """The numbers of people, of people who were active today, of rooms and of messages, and the last days, in UTC."""

    at: Timestamp
    people: int
    active_today: int
    suspended: int
    rooms: int
    messages: int
    days: list[DayOut]


@dataclass(slots=True)
class Figures:
    """The site's figures, kept for seconds. Each process has one."""

    _read: OverviewOut | None = None
    _at: datetime | None = None

    async def read(self, ctx: Context) -> OverviewOut:
        """Return the figures. Raises ``NotFound`` without the permission."""
        access_site(ctx, SitePermission.VIEW_OVERVIEW)
        if self._read is None or self._at is None or ctx.now - self._at >= AGE_MAX:
            self._read, self._at = await view_overview(ctx), ctx.now
        return self._read


async def view_overview(ctx: Context) -> OverviewOut:
    """Return the site's figures as of now, by two statements. Raises ``NotFound``."""
    access_site(ctx, SitePermission.VIEW_OVERVIEW)
    today = ctx.now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    totals = (await ctx.db.execute(_totals(today))).one()
    days = await ctx.db.execute(_days(today))
    people, suspended, active, rooms, messages = tuple(totals)
    return {
        "at": timestamp(ctx.now),
        "people": people,
        "active_today": active,
        "suspended": suspended,
        "rooms": rooms,
        "messages": int(messages or 0),
        "days": [_day(row) for row in days],
    }


def _totals(today: datetime) -> Any:
    there = col(User.deleted_at).is_(None)
    people = select(
        func.count().filter(there).label("people"),
        func.count().filter(there, col(User.suspended_at).is_not(None)).label("suspended"),
    ).select_from(User)
    active = select(func.count(col(UserSession.user_id).distinct())).where(col(UserSession.last_seen_at) >= today)
    rooms = select(
        func.count().filter(col(Room.deleted_at).is_(None)).label("rooms"), func.sum(col(Room.last_seq)).label("said")
    ).select_from(Room)
    one, other = people.subquery(), rooms.subquery()
    columns = (one.c.people, one.c.suspended, active.scalar_subquery(), other.c.rooms, other.c.said)
    return select(*columns).select_from(one.join(other, true()))


def _days(today: datetime) -> Any:
    """Return the statement of all days, including days without activity."""
    first = today - timedelta(days=DAYS - 1)
    series = func.generate_series(cast(first.date(), DateTime), cast(today.date(), DateTime), timedelta(days=1))
    all_days = select(cast(series.column_valued("day"), Date).label("day")).subquery()
    signed_up = _by_day(User, first, func.count().label("people"))
    opened = _by_day(Room, first, func.count().label("rooms"))
    said = _by_day(Message, first, func.count().label("messages")).where(
        col(Message.event).is_(None), ~col(Message.is_ai)
    )
    took = extract("epoch", col(AiRun.finished_at) - col(AiRun.created_at)) * 1000
    done = col(AiRun.status) == RunStatus.COMPLETED
    answered = _by_day(
        AiRun,
        first,
        func.count().filter(done).label("answers"),
        func.count().filter(col(AiRun.status) == RunStatus.FAILED).label("errors"),
        func.sum(col(AiRun.cost)).label("cost"),
        func.percentile_cont(0.5).within_group(took).filter(done).label("latency"),
    )
    parts = [each.subquery() for each in (signed_up, opened, said, answered)]
    columns = [column for part in parts for column in part.c if column.name != "day"]
    statement: Any = select(all_days.c.day, *columns)
    joined: Any = all_days
    for part in parts:
        joined = joined.outerjoin(part, part.c.day == all_days.c.day)
    return statement.select_from(joined).order_by(all_days.c.day)


def _by_day(table: Any, first: datetime, *columns: Any) -> Any:
    day = cast(func.timezone("UTC", col(table.created_at)), Date).label("day")
    return select(day, *columns).where(col(table.created_at) >= first).group_by(day)


def _day(row: Row[Any]) -> DayOut:
    day, people, rooms, messages, answers, errors, cost, latency = tuple(row)
    return {
        "day": day.isoformat(),
        "people": people or 0,
        "rooms": rooms or 0,
        "messages": messages or 0,
        "answers": answers or 0,
        "errors": errors or 0,
        "cost": int(cost or 0),
        "latency": round(latency) if latency is not None else None,
    }
