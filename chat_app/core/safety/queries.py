"""Read reports and the suspended people, as a moderator, a page at a time."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, case, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.accounts.tables import User
from chat_app.core.audit.tables import Action, AuditEntry
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.pages import Page, Place, page_of
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.tables import Member, Room
from chat_app.core.safety.errors import ReportNotFound
from chat_app.core.safety.tables import Report
from chat_app.core.safety.views import ReportView, SuspendedView

PAGE_MAX: Final = 50


async def list_reports(
    ctx: Context, *, resolved: bool = False, after: Place | None = None, limit: int = PAGE_MAX
) -> Page[ReportView]:
    """Return the pending reports, the oldest first; or the resolved ones, the latest first."""
    access_site(ctx, SitePermission.MODERATE, ReportNotFound)
    limit = max(1, min(limit, PAGE_MAX))
    statement = (
        select(
            Report,
            col(Room.name),
            col(Message.deleted_at),
            case((col(Message.deleted_at).is_(None) & col(Room.deleted_at).is_(None), col(Member.room_id))),
        )
        .join(Message, col(Message.id) == col(Report.message_id), isouter=True)
        .join(Room, col(Room.id) == col(Message.room_id), isouter=True)
        .join(Member, (col(Member.room_id) == col(Room.id)) & (col(Member.user_id) == ctx.me.user_id), isouter=True)
        .limit(limit + 1)
    )
    rows = (await ctx.db.execute(_in_order(statement, after, resolved=resolved))).all()
    page = page_of(rows, limit, lambda row: Place(row[0].resolved_at if resolved else row[0].created_at, row[0].id))
    reports = [report for report, *_ in page.items]
    users = await _users(ctx, (id_ for each in reports for id_ in (each.reporter_id, each.user_id, each.resolved_by)))
    return Page(
        [_report_view(report, name or "", deleted, room, users) for report, name, deleted, room in page.items],
        page.next,
    )


def _in_order(statement: Select[Any], after: Place | None, *, resolved: bool) -> Select[Any]:
    if resolved:
        place = tuple_(col(Report.resolved_at), col(Report.id))
        statement = statement.where(col(Report.resolved_at).is_not(None))
        statement = statement.order_by(col(Report.resolved_at).desc(), col(Report.id).desc())
        return statement.where(place < after) if after else statement
    place = tuple_(col(Report.created_at), col(Report.id))
    statement = statement.where(col(Report.resolved_at).is_(None)).order_by(col(Report.created_at), col(Report.id))
    return statement.where(place > after) if after else statement


async def list_suspended(ctx: Context, *, after: Place | None = None, limit: int = PAGE_MAX) -> Page[SuspendedView]:
    """Return the suspended people, the latest first."""
    access_site(ctx, SitePermission.MODERATE, ReportNotFound)
    limit = max(1, min(limit, PAGE_MAX))
    statement = (
        select(User)
        .where(col(User.suspended_at).is_not(None), col(User.deleted_at).is_(None))
        .order_by(col(User.suspended_at).desc(), col(User.id).desc())
        .limit(limit + 1)
    )
    if after:
        statement = statement.where(tuple_(col(User.suspended_at), col(User.id)) < after)
    found = (await ctx.db.scalars(statement)).all()
    page = page_of(found, limit, lambda user: Place(user.suspended_at or ctx.now, user.id))
    by_whom = await _who_suspended(ctx, [user.id for user in page.items])
    admins = await _users(ctx, by_whom.values())
    views = [
        SuspendedView(user.person(), user.suspended_at or ctx.now, _person(admins, by_whom.get(user.id)))
        for user in page.items
    ]
    return Page(views, page.next)


async def _who_suspended(ctx: Context, user_ids: list[UUID]) -> dict[UUID, UUID | None]:
    """Return, by person, the admin who suspended them last."""
    statement = (
        select(col(AuditEntry.user_id), col(AuditEntry.actor_id))
        .ext(distinct_on(col(AuditEntry.user_id)))
        .where(col(AuditEntry.user_id).in_(user_ids), col(AuditEntry.action) == Action.SUSPEND_USER)
        .order_by(col(AuditEntry.user_id), col(AuditEntry.at).desc(), col(AuditEntry.id).desc())
    )
    return {user: admin for user, admin in await ctx.db.execute(statement) if user}


def _report_view(
    report: Report, room_name: str, deleted_at: datetime | None, room_id: UUID | None, users: dict[UUID, User]
) -> ReportView:
    return ReportView(
        id=report.id,
        at=report.created_at,
        reporter=_person(users, report.reporter_id),
        person=_person(users, report.user_id),
        suspended=_suspended(users, report.user_id),
        reason=report.reason,
        note=report.note,
        text=report.text,
        is_message=bool(report.text),
        can_delete=report.message_id is not None and deleted_at is None,
        room_name=room_name,
        room=room_id,
        message=report.message_id if room_id else None,
        resolution=report.resolution,
        resolved_by=_person(users, report.resolved_by),
    )


async def _users(ctx: Context, ids: Iterable[UUID | None]) -> dict[UUID, User]:
    wanted = {each for each in ids if each}
    found = await ctx.db.scalars(select(User).where(col(User.id).in_(wanted)))
    return {user.id: user for user in found}


def _person(users: dict[UUID, User], user_id: UUID | None) -> Person | None:
    user = users.get(user_id) if user_id else None
    return user.person() if user else None


def _suspended(users: dict[UUID, User], user_id: UUID | None) -> bool:
    user = users.get(user_id) if user_id else None
    return user is not None and user.suspended_at is not None
