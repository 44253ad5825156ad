"""Create and redeem the tokens of mailed links."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from chat_app.core.auth.errors import LinkSpent
from chat_app.core.auth.tables import MailedToken, Purpose
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.secrets.digests import digest, new_secret

LIFE: Final = {
    Purpose.VERIFY_EMAIL: timedelta(days=3),
    Purpose.CHANGE_EMAIL: timedelta(days=1),
    Purpose.RESET_PASSWORD: timedelta(hours=1),
}
TO_ONE_ADDRESS: Final = RateLimitItemPerHour(5, namespace="mailed_links")
"""The limit of links to one address, by all requesters, which protects mailboxes from floods."""

REDEMPTIONS: Final = RateLimitItemPerMinute(30, 5, namespace="mail_links")


async def mint(ctx: Context, user_id: UUID, purpose: Purpose, email: str) -> str:
    """Create a token for a link to ``email``. The earlier token for this purpose is no longer valid."""
    token = new_secret()
    row = {"token_hash": digest(token), "email": email, "expires_at": ctx.now + LIFE[purpose]}
    statement = insert(MailedToken).values(user_id=user_id, purpose=purpose, **row)
    await ctx.db.execute(statement.on_conflict_do_update(index_elements=["user_id", "purpose"], set_=row))
    return token


async def redeem(ctx: Context, token: str, *purposes: Purpose, address: str = "") -> MailedToken:
    """Use up a token and return its purpose. Raises :class:`LinkSpent` or ``RateLimited``.

    The token stays valid if the transaction rolls back, for example because a new password was too weak.
    """
    await ctx.limit(REDEMPTIONS, address)
    statement = delete(MailedToken).where(
        col(MailedToken.token_hash) == digest(token),
        col(MailedToken.purpose).in_(purposes),
        col(MailedToken.expires_at) > ctx.now,
    )
    found: MailedToken | None = await ctx.db.scalar(statement.returning(MailedToken))
    if found is None:
        raise LinkSpent()
    return found


async def forget_mailed_tokens(ctx: Context) -> None:
    """Delete the tokens that have expired or were used."""
    await ctx.db.execute(delete(MailedToken).where(col(MailedToken.expires_at) < ctx.now))
