"""Read the log of the staff's actions, page by page, the latest first."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, delete, or_, select, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.accounts.tables import User
from chat_app.core.audit.tables import Action, AuditEntry
from chat_app.core.audit.views import AuditView
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.pages import Page, Place, page_of
from chat_app.core.kernel.texts.cleaning import clean_line

PAGE_MAX: Final = 50
NAME_MAX: Final = 64

_ACTOR, _PERSON = aliased(User), aliased(User)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """The filter of entries: by actor and affected person (a username or an id), by action, and by time."""

    actor: str = ""
    person: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None


async def list_audit(
    ctx: Context, wanted: AuditFilter | None = None, *, after: Place | None = None, limit: int = PAGE_MAX
) -> Page[AuditView]:
    """Return the matching entries of the log, the latest first. Raises ``NotFound`` without the permission."""
    access_site(ctx, SitePermission.VIEW_AUDIT)
    limit = max(1, min(limit, PAGE_MAX))
    return await read_page(ctx, wanted or AuditFilter(), after, limit)


async def read_page(ctx: Context, wanted: AuditFilter, after: Place | None, limit: int) -> Page[AuditView]:
    """Return a page of the log of any length, by one statement."""
    rows = (await ctx.db.execute(_statement(wanted, after).limit(limit + 1))).all()
    page = page_of(rows, limit, lambda row: Place(row[0].at, row[0].id))
    return Page([_view(row) for row in page.items], page.next)


async def forget_audit(ctx: Context) -> None:
    """Delete expired entries of the log, except those of active suspensions.

    By these it is known that the staff suspended a person, so that no directory lifts the suspension.
    """
    old = col(AuditEntry.at) < ctx.now - timedelta(days=ctx.policy.audit_days)
    theirs = (col(User.id) == col(AuditEntry.user_id), col(User.deleted_at).is_(None))
    lasts = select(col(User.id)).where(*theirs, col(User.suspended_at) <= col(AuditEntry.at)).exists()
    await ctx.db.execute(delete(AuditEntry).where(old, ~and_(col(AuditEntry.action) == Action.SUSPEND_USER, lasts)))


def _statement(wanted: AuditFilter, after: Place | None) -> Any:
    statement: Any = (
        select(AuditEntry, _ACTOR, _PERSON)
        .join(_ACTOR, col(_ACTOR.id) == col(AuditEntry.actor_id), isouter=True)
        .join(_PERSON, col(_PERSON.id) == col(AuditEntry.user_id), isouter=True)
        .order_by(col(AuditEntry.at).desc(), col(AuditEntry.id).desc())
    )
    if wanted.actor:
        statement = statement.where(col(AuditEntry.actor_id).in_(_named(wanted.actor)))
    if wanted.person:
        statement = statement.where(col(AuditEntry.user_id).in_(_named(wanted.person)))
    if wanted.action:
        statement = statement.where(col(AuditEntry.action) == clean_line(wanted.action[:NAME_MAX]))
    if wanted.since:
        statement = statement.where(col(AuditEntry.at) >= wanted.since)
    if wanted.until:
        statement = statement.where(col(AuditEntry.at) < wanted.until)
    return statement.where(tuple_(col(AuditEntry.at), col(AuditEntry.id)) < after) if after else statement


def _named(who: str) -> Select[Any]:
    name = clean_line(who[:NAME_MAX]).lower().removeprefix("@")
    named: ColumnElement[bool] = col(User.username) == name
    with suppress(ValueError):
        named = or_(named, col(User.id) == UUID(name))
    return select(col(User.id)).where(named)


def _view(row: Row[Any]) -> AuditView:
    entry, actor, person = tuple(row)
    return AuditView(
        id=entry.id,
        at=entry.at,
        actor=actor.person() if actor else None,
        action=entry.action,
        person=person.person() if person else None,
        suspended=person is not None and person.suspended_at is not None,
        room=entry.room_id,
        message=entry.message_id,
        report=entry.report_id,
        details=entry.details,
    )
