"""Read the log of the staff's actions, page by page, the latest first."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, cast, or_, select, tuple_
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import aliased
from sqlmodel import col

from chat_app.core.access.site import SitePermission, access_site, site_can
from chat_app.core.accounts.tables import User
from chat_app.core.audit.tables import AuditEntry
from chat_app.core.audit.views import AuditView
from chat_app.core.groups.tables import Group
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.pages import Page, Place, page_of
from chat_app.core.kernel.texts.cleaning import clean_line
from chat_app.core.rooms.staff_names import is_named
from chat_app.core.rooms.tables import Room

PAGE_MAX: Final = 50
NAME_MAX: Final = 64

_ACTOR, _PERSON = aliased(User), aliased(User)
_SHOWN: Final = ("id", "username", "name", "color", "avatar")
_GROUP: Final = cast(col(AuditEntry.details)["group_id"].astext, postgresql.UUID(as_uuid=True))


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
    """Return a page of the log of any length, by one statement; rooms and groups have names for who may see them."""
    rows = (await ctx.db.execute(_statement(wanted, after).limit(limit + 1))).all()
    page = page_of(rows, limit, lambda row: Place(row.at, row.id))
    named = site_can(ctx.me.site_roles, SitePermission.VIEW_ROOMS)
    return Page([_view(row, named=named) for row in page.items], page.next)


def _statement(wanted: AuditFilter, after: Place | None) -> Any:
    table = AuditEntry.__table__  # type: ignore[attr-defined]  # the columns alone: an export reads many rows
    statement: Any = (
        select(
            *table.columns,
            *_columns(_ACTOR, "actor"),
            *_columns(_PERSON, "person"),
            col(_PERSON.suspended_at).is_not(None).label("suspended"),
            col(Room.kind).label("room_kind"),
            case((is_named(), col(Room.name)), else_="").label("room_name"),
            col(Group.name).label("group_name"),
        )
        .join(_ACTOR, col(_ACTOR.id) == col(AuditEntry.actor_id), isouter=True)
        .join(_PERSON, col(_PERSON.id) == col(AuditEntry.user_id), isouter=True)
        .join(Room, and_(col(Room.id) == col(AuditEntry.room_id), col(Room.deleted_at).is_(None)), isouter=True)
        .join(Group, col(Group.id) == _GROUP, isouter=True)
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


def _columns(user: Any, prefix: str) -> list[ColumnElement[Any]]:
    return [col(getattr(user, name)).label(f"{prefix}_{name}") for name in _SHOWN]


def _view(row: Row[Any], *, named: bool) -> AuditView:
    group = row.details.get("group_id")
    return AuditView(
        id=row.id,
        at=row.at,
        actor=_person(row, "actor"),
        action=row.action,
        person=_person(row, "person"),
        suspended=bool(row.suspended),
        room=row.room_id,
        room_kind=row.room_kind,
        room_name=row.room_name if named else "",
        group=UUID(group) if group else None,
        group_name=row.group_name if named or not row.group_name else "",
        message=row.message_id,
        report=row.report_id,
        details=row.details,
    )


def _person(row: Row[Any], prefix: str) -> Person | None:
    found = [getattr(row, f"{prefix}_{name}") for name in _SHOWN]
    return Person(*found) if found[0] else None
