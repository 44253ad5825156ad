"""Suspend people who have left an LDAP directory, and restore those who are listed again."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlmodel import col

from chat_app.core.accounts.tables import User
from chat_app.core.directory.errors import DirectoryDoubtful, DirectoryRefused
from chat_app.core.directory.recording import LDAP
from chat_app.core.directory.suspending import restore_person, suspend_person, suspended_by
from chat_app.core.identities.tables import Identity
from chat_app.core.kernel.context import Context

FEW: Final = 10
"""The number of people who may be missing at once.

More may be missing if they are at most half of all; but never all, unless there is only one.
"""


async def follow_directory(ctx: Context, issuer: str, listed: Collection[str], asked_at: datetime) -> None:
    """Suspend people whom a directory no longer lists, and restore people whom it has suspended and lists again.

    ``listed`` are its ids at ``asked_at``; newer accounts are skipped. The last admin, and people who may always sign
    in by password, are not suspended. Raises :class:`DirectoryDoubtful`, without any suspension, if so many people are
    missing that the list is probably wrong.
    """
    await _drop_passwords(ctx, issuer)
    linked = select(col(User.id), col(Identity.subject), col(User.suspended_at)).join(Identity)
    linked = linked.where(col(Identity.issuer) == issuer, col(Identity.created_at) < asked_at)
    rows = (await ctx.db.execute(linked.where(col(User.deleted_at).is_(None)))).all()
    there = set(listed)
    active = [(user_id, subject) for user_id, subject, suspended in rows if suspended is None]
    gone = [user_id for user_id, subject in active if subject not in there]
    all_gone = len(gone) == len(active) and (not there or len(gone) > 1)  # of another place, or with other ids
    if gone and (all_gone or len(gone) > max(FEW, len(active) // 2)):
        raise DirectoryDoubtful(missing=len(gone), linked=len(active))
    for user in await _locked(ctx, gone):
        with suppress(DirectoryRefused):
            await suspend_person(ctx, user, LDAP)
    for user in await _locked(ctx, [user_id for user_id, subject, suspended in rows if suspended and subject in there]):
        await welcome_back(ctx, user)


async def welcome_back(ctx: Context, user: User) -> None:
    """Restore a person whom their directory suspended and now lists again. A suspension by staff stays."""
    if user.suspended_at is not None and await suspended_by(ctx, user) == {LDAP}:
        await restore_person(ctx, user, LDAP)


async def _drop_passwords(ctx: Context, issuer: str) -> None:
    """Delete the passwords that a directory's people have here from before: theirs is the directory's."""
    theirs = select(col(Identity.user_id)).where(col(Identity.issuer) == issuer)
    with_one = (col(User.id).in_(theirs), col(User.password_hash).is_not(None))
    kept = col(User.username).in_(ctx.policy.break_glass)
    await ctx.db.execute(update(User).where(*with_one, ~kept).values(password_hash=None))


async def _locked(ctx: Context, ids: Collection[object]) -> Collection[User]:
    found = select(User).where(col(User.id).in_(ids)).order_by(col(User.id)).with_for_update()
    return (await ctx.db.scalars(found, execution_options={"populate_existing": True})).all() if ids else ()
