"""Begin, recognise and end sessions."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from limits import RateLimitItemPerMinute
from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, and_, any_, bindparam, delete, select, update
from sqlmodel import col

from chat_app.core.accounts.domains import domain_of
from chat_app.core.accounts.queries import PERSON
from chat_app.core.accounts.tables import User
from chat_app.core.auth.errors import AccountSuspended, AccountWaits, BadCredentials, SessionNotFound, SsoRequired
from chat_app.core.auth.events import SessionsRevoked
from chat_app.core.auth.factors.proof import check_second_factor
from chat_app.core.auth.passwords import password_matches
from chat_app.core.auth.rules import PASSWORD_MAX
from chat_app.core.auth.tables import UserSession
from chat_app.core.kernel.actor import Actor, Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.database.columns import table_of
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.policy import Enforced
from chat_app.core.kernel.secrets.digests import digest, new_secret
from chat_app.core.kernel.texts.cleaning import clean_line
from chat_app.core.kernel.work.jobs import JobKind, Retry

PER_LOGIN = RateLimitItemPerMinute(10, 5, namespace="sign_in_login")
PER_ACCOUNT = RateLimitItemPerMinute(10, 5, namespace="sign_in_account")
PER_ADDRESS = RateLimitItemPerMinute(30, 5, namespace="sign_in_address")
LOGIN_MAX = 320
ADDRESS_MAX = 64
KEPT = timedelta(days=90)
"""The time for which expired sessions are kept: places of earlier sign-ins are recognised by them."""

SEEN_EVERY = timedelta(minutes=5)
"""The precision of a session's last use: an update at every event would cost more than it is worth."""

END_ELSEWHERE: Final = JobKind("end_access_elsewhere", Retry(36, timedelta(seconds=10), timedelta(hours=1)))
"""Ends what another server keeps for a person; it is asked again for a day."""

_SESSIONS, _USERS = table_of(UserSession).c, table_of(User).c
_IS_LIVE = (_SESSIONS.revoked_at.is_(None), _SESSIONS.expires_at > bindparam("now"))

# Built once, because every request and every event begins with one of them.
_LIVE: Select[Any] = (
    select(_SESSIONS.id, _SESSIONS.last_seen_at, _USERS.site_roles, *PERSON)
    .join_from(table_of(User), table_of(UserSession), _SESSIONS.user_id == _USERS.id)
    .where(*_IS_LIVE, _USERS.suspended_at.is_(None), _USERS.deleted_at.is_(None), _USERS.waits_for.is_(None))
)
_SEEN = (
    update(UserSession)
    .where(
        col(UserSession.id).in_(  # skip it if another transaction writes the same row: requests must not wait
            select(col(UserSession.id))
            .where(col(UserSession.id) == bindparam("which"))
            .with_for_update(skip_locked=True)
        )
    )
    .values(last_seen_at=bindparam("now"))
    .execution_options(synchronize_session=False)
)
_BY_TOKEN = _LIVE.where(_SESSIONS.token_hash == bindparam("which"))
_BY_ID = _LIVE.where(_SESSIONS.id == bindparam("which"))
_HAS_BEEN_HERE = (
    select(col(UserSession.id)).where(
        col(UserSession.user_id) == col(User.id), col(UserSession.address) == bindparam("place")
    )
).exists()
_BY_LOGIN = select(User, _HAS_BEEN_HERE).where(
    (col(User.email) == bindparam("login")) | (col(User.username) == bindparam("login"))
)
_LIVE_AMONG = _LIVE.with_only_columns(_SESSIONS.id).where(_SESSIONS.id == any_(bindparam("among", type_=ARRAY(Uuid))))


async def sign_in(
    ctx: Context, login: str, password: str, *, code: str = "", address: str = "", user_agent: str = ""
) -> tuple[Actor, str]:
    """Begin a session for the account whose email or username is ``login``.

    Returns the actor and the session's token, which is not kept. Raises :class:`BadCredentials`, or ``RateLimited``
    after too many attempts with the login or from the address; after a right password, ``InvalidField`` if a
    ``code`` is required (``code_required``) or wrong (``code_wrong``). An account has one limit for both its email and
    its username. Above it the error is :class:`BadCredentials` too, or it would reveal which email has which username.

    Attempts from addresses where the account has signed in before are counted separately, so that an attacker
    elsewhere cannot lock its person out.
    """
    login = clean_line(login[:LOGIN_MAX]).lower().removeprefix("@")
    await ctx.limit(PER_ADDRESS, address)
    place = clean_line(address[:ADDRESS_MAX])
    found = (await ctx.db.execute(_BY_LOGIN, {"login": login, "place": place})).first()
    user, is_known = found or (None, False)
    known = place if is_known else ""
    await ctx.limit(PER_LOGIN, login, known)
    matches = await password_matches(password[: PASSWORD_MAX + 1], user.password_hash if user else None)
    admitted = await ctx.admits(PER_ACCOUNT, str(user.id) if user else login, known)
    check_enforced(ctx, user.username if user and matches else "", login)
    if not matches or not admitted or user is None:
        raise BadCredentials()
    await check_second_factor(ctx, user.id, code, known)
    return begin_session(ctx, user, address=address, user_agent=user_agent)


def begin_session(
    ctx: Context, user: User, *, address: str, user_agent: str, provider: str = "", ends_at: int = 0
) -> tuple[Actor, str]:
    """Create a session for ``user``, who signed in at a ``provider`` or here. Returns actor and token.

    It ends at ``ends_at`` (seconds since 1970), if that is not 0 and earlier than by the site's own rule. Raises
    :class:`AccountSuspended`, :class:`AccountWaits`, :class:`SsoRequired` if they should have used another provider, or
    :class:`BadCredentials` if the account has just been deleted.
    """
    if user.deleted_at is not None:
        raise BadCredentials()
    if user.suspended_at is not None:
        raise AccountSuspended()
    check_waiting(user)
    check_enforced(ctx, user.username, user.email, provider)
    token, longest = new_secret(), ctx.now + timedelta(days=ctx.policy.session_days)
    session = UserSession(
        user_id=user.id,
        token_hash=digest(token),
        address=clean_line(address[:ADDRESS_MAX]),
        user_agent=clean_line(user_agent[:256]),
        created_at=ctx.now,
        last_seen_at=ctx.now,
        expires_at=min(longest, datetime.fromtimestamp(ends_at, UTC)) if ends_at else longest,
    )
    ctx.db.add(session)
    return Actor(user.person(), session.id, frozenset(user.site_roles)), token


def check_waiting(user: User) -> None:
    """Raise :class:`AccountWaits` where a new account cannot be used yet."""
    if user.waits_for:
        raise AccountWaits(f"account_waits_{user.waits_for}")


def check_enforced(ctx: Context, username: str, email: str, provider: str = "") -> None:
    """Raise :class:`SsoRequired` if the address's organisation requires its own provider.

    People that the operator has named may always sign in by password, so that the site remains accessible when the
    provider is unavailable.
    """
    required = required_of(ctx, username, email)
    if required and provider != required.provider:
        raise SsoRequired(provider=required.provider, name=required.name)


def required_of(ctx: Context, username: str, email: str) -> Enforced | None:
    """Return the provider at which a person must sign in, if they must."""
    if "@" not in email or username in ctx.policy.break_glass:
        return None
    return ctx.policy.enforced.get(domain_of(email))


async def recognise(ctx: Context, token: str) -> Actor | None:
    """Return the actor of the live session that has ``token``."""
    return await _actor_of(ctx, _BY_TOKEN, digest(token))


async def recognise_session(ctx: Context, session_id: UUID) -> Actor | None:
    """Return the actor of a session that was recognised by its token before, if it is still live."""
    return await _actor_of(ctx, _BY_ID, session_id)


def of_live_session(*columns: Any) -> Select[Any]:
    """Return a statement that reads columns of a session's user, if the session is valid.

    Its parameters are ``which``, the session's id, and ``now``.
    """
    return _BY_ID.with_only_columns(*columns)


async def ended_sessions(ctx: Context, among: Collection[UUID]) -> set[UUID]:
    """Return the sessions among these that are no longer live."""
    return set(among) - set(await ctx.db.scalars(_LIVE_AMONG, {"among": list(among), "now": ctx.now}))


async def _actor_of(ctx: Context, statement: Select[Any], which: bytes | UUID) -> Actor | None:
    row = (await ctx.db.execute(statement, {"which": which, "now": ctx.now})).first()
    if row is None:
        return None
    session_id, seen, site_roles, *person = row
    if seen is None or seen <= ctx.now - SEEN_EVERY:
        await ctx.db.execute(_SEEN, {"which": session_id, "now": ctx.now})
    return Actor(Person(*person), session_id, frozenset(site_roles))


async def sign_out(ctx: Context) -> None:
    """End the actor's current session in every tab."""
    await revoke_sessions(ctx, col(UserSession.id) == ctx.me.session_id)


async def sign_out_everywhere(ctx: Context) -> None:
    """End every session of the actor."""
    await revoke_all_sessions(ctx, ctx.me.user_id)


async def my_sessions(ctx: Context) -> Sequence[UserSession]:
    """Return the actor's live sessions, the most recently used first."""
    statement = (
        select(UserSession)
        .where(*_IS_LIVE, col(UserSession.user_id) == ctx.me.user_id)
        .order_by(col(UserSession.last_seen_at).desc().nulls_last(), col(UserSession.id).desc())
    )
    return (await ctx.db.scalars(statement, {"now": ctx.now})).all()


async def end_session(ctx: Context, session_id: AnyId) -> None:
    """End one of the actor's sessions on any device. Raises :class:`SessionNotFound`."""
    which = parse_id(session_id, SessionNotFound)
    mine = and_(col(UserSession.user_id) == ctx.me.user_id, col(UserSession.expires_at) > ctx.now)
    if not await revoke_sessions(ctx, and_(mine, col(UserSession.id) == which)):
        raise SessionNotFound()


async def revoke_sessions(ctx: Context, which: ColumnElement[bool]) -> Sequence[UUID]:
    """End the live sessions that match ``which``, in every tab. Returns their ids."""
    statement = update(UserSession).where(which, col(UserSession.revoked_at).is_(None)).values(revoked_at=ctx.now)
    ended: Sequence[UUID] = (await ctx.db.scalars(statement.returning(col(UserSession.id)))).all()
    if ended:
        ctx.emit(SessionsRevoked(tuple(ended)))
    return ended


async def revoke_all_sessions(ctx: Context, user_id: UUID) -> Sequence[UUID]:
    """End all that acts for a person by a session, here and where other servers have it. Returns the sessions' ids."""
    await end_access_elsewhere(ctx, user_id)
    return await revoke_sessions(ctx, col(UserSession.user_id) == user_id)


async def end_access_elsewhere(ctx: Context, user_id: UUID) -> None:
    """Enqueue the end of the sessions and tokens of a person at another server, if there is one."""
    if ctx.policy.tokens_elsewhere:
        await ctx.enqueue(END_ELSEWHERE, user=str(user_id))


async def forget_sessions(ctx: Context) -> None:
    """Delete sessions that expired long ago."""
    await ctx.db.execute(delete(UserSession).where(col(UserSession.expires_at) < ctx.now - KEPT))
