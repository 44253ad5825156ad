"""Find the people of the site, and look at one, as its staff."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, tuple_
from sqlmodel import col

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.accounts.errors import UserNotFound
from chat_app.core.accounts.tables import User
from chat_app.core.administration.views import AccountDetails, AccountView
from chat_app.core.audit.tables import Action, AuditEntry
from chat_app.core.auth.tables import Authenticator, UserSession
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.pages import NamePlace, Place
from chat_app.core.kernel.texts.cleaning import clean_line
from chat_app.core.people.rules import patterns
from chat_app.core.rooms.tables import Member, Room

PAGE_MAX: Final = 50
WORDS_MAX: Final = 320


class AccountState(StrEnum):
    """A state of accounts by which they are filtered."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    UNVERIFIED = "unverified"
    WAITING = "waiting"
    """New accounts that cannot be used yet."""
    STAFF = "staff"
    """People with any staff role."""


class AccountOrder(StrEnum):
    """An order of accounts."""

    NAME = "name"
    NEWEST = "newest"


_TWO_FACTOR: Final = exists().where(
    col(Authenticator.user_id) == col(User.id), col(Authenticator.confirmed_at).is_not(None)
)
_SEEN_AT: Final = (
    select(func.max(col(UserSession.last_seen_at))).where(col(UserSession.user_id) == col(User.id)).scalar_subquery()
)
_ACCOUNTS: Final[Any] = select(User, _SEEN_AT, _TWO_FACTOR).where(col(User.deleted_at).is_(None))


async def list_accounts(
    ctx: Context,
    *,
    words: str = "",
    role: str = "",
    state: str = "",
    order: str = AccountOrder.NAME,
    after: Place | NamePlace | None = None,
    limit: int = PAGE_MAX,
) -> tuple[list[AccountView], bool]:
    """Return a page of accounts, and whether there are more: by name, or the newest first.

    ``words`` begin words of the name or username, or are an email address or a part of one; a ``role`` in running the
    site and a ``state`` filter further. Raises ``NotFound`` for who may not see people.
    """
    access_site(ctx, SitePermission.VIEW_PEOPLE)
    limit = max(1, min(limit, PAGE_MAX))
    statement = _ordered(_ACCOUNTS.where(*_wanted(words, role, state)), order, after)
    rows = (await ctx.db.execute(statement.limit(limit + 1))).all()
    return [_view(row) for row in rows[:limit]], len(rows) > limit


async def view_account(ctx: Context, user_id: AnyId) -> AccountDetails:
    """Return a person's account. Raises ``NotFound``, or ``UserNotFound`` also for a deleted one."""
    access_site(ctx, SitePermission.VIEW_PEOPLE)
    which = parse_id(user_id, UserNotFound)
    live = (col(UserSession.revoked_at).is_(None), col(UserSession.expires_at) > ctx.now)
    sessions = select(func.count()).where(col(UserSession.user_id) == which, *live)
    rooms = select(func.count()).join_from(Member, Room, col(Room.id) == col(Member.room_id))
    rooms = rooms.where(col(Member.user_id) == which, col(Room.deleted_at).is_(None))
    reason = (
        select(col(AuditEntry.details)["reason"].astext)
        .where(col(AuditEntry.user_id) == which, col(AuditEntry.action) == Action.SUSPEND_USER)
        .order_by(col(AuditEntry.at).desc())
        .limit(1)
    )
    columns = (sessions.scalar_subquery(), rooms.scalar_subquery(), reason.scalar_subquery())
    row = (await ctx.db.execute(_ACCOUNTS.add_columns(*columns).where(col(User.id) == which))).first()
    if row is None:
        raise UserNotFound()
    account = _view(row)
    return AccountDetails(account, row[3], row[4], (row[5] or "") if account.suspended_at else "")


def _wanted(words: str, role: str, state: str) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if sought := clean_line(words[:WORDS_MAX]):
        named = and_(*(col(User.sought).contains(each, autoescape=True) for each in patterns(sought)))
        conditions.append(or_(named, col(User.email).contains(sought.lower(), autoescape=True)))
    if role:
        conditions.append(col(User.site_roles).contains([clean_line(role[:WORDS_MAX])]))
    if state in set(AccountState):
        conditions.append(_STATES[AccountState(state)])
    return conditions


_STATES: Final[dict[AccountState, ColumnElement[bool]]] = {
    AccountState.ACTIVE: col(User.suspended_at).is_(None),
    AccountState.SUSPENDED: col(User.suspended_at).is_not(None),
    AccountState.UNVERIFIED: col(User.email_verified_at).is_(None),
    AccountState.WAITING: col(User.waits_for).is_not(None),
    AccountState.STAFF: func.cardinality(col(User.site_roles)) > 0,
}


def _ordered(statement: Select[Any], order: str, after: Place | NamePlace | None) -> Select[Any]:
    if order == AccountOrder.NEWEST:
        statement = statement.order_by(col(User.created_at).desc(), col(User.id).desc())
        newest = tuple_(col(User.created_at), col(User.id))
        return statement.where(newest < after) if isinstance(after, Place) else statement
    by_name = tuple_(func.lower(col(User.name)), col(User.username))
    statement = statement.order_by(*by_name)
    if isinstance(after, NamePlace):
        statement = statement.where(by_name > tuple_(func.lower(after.name), after.username))
    return statement


def _view(row: Row[Any]) -> AccountView:
    user, seen_at, two_factor = tuple(row)[:3]
    return AccountView(
        id=user.id,
        username=user.username,
        name=user.name,
        color=user.color,
        avatar=user.avatar,
        email=user.email,
        verified=user.email_verified_at is not None,
        roles=tuple(user.site_roles),
        created_at=user.created_at,
        seen_at=seen_at,
        suspended_at=user.suspended_at,
        two_factor=two_factor,
        waits_for=user.waits_for or "",
    )
