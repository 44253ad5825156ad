"""Recognise a directory by its token, and who can come in without one."""

from hmac import compare_digest
from typing import Final

from limits import RateLimitItemPerMinute
from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.site import SiteRole
from chat_app.core.accounts.tables import User
from chat_app.core.directory.errors import DirectoryNotFound
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotSignedIn
from chat_app.core.kernel.secrets.digests import digest

GUESSES: Final = RateLimitItemPerMinute(20, 5, namespace="directory_tokens")


async def admit_directory(ctx: Context, expected: str | None, token: str, address: str) -> None:
    """Admit a caller with the site's directory token. Raises ``NotFound`` on a site without one, ``NotSignedIn``, or
    ``RateLimited`` after many wrong tokens.
    """
    if not expected:
        raise DirectoryNotFound()
    if not compare_digest(digest(expected), digest(token)):
        await ctx.limit(GUESSES, address)
        raise NotSignedIn()


async def locked_out(ctx: Context) -> list[str]:
    """Return the names that may always sign in by password but are no admin with a password."""
    able = (
        col(User.username).in_(ctx.policy.break_glass),
        col(User.password_hash).is_not(None),
        col(User.site_roles).contains([SiteRole.ADMIN]),
        *(col(User.suspended_at).is_(None), col(User.deleted_at).is_(None), col(User.waits_for).is_(None)),
    )
    return sorted(ctx.policy.break_glass - set(await ctx.db.scalars(select(col(User.username)).where(*able))))
