"""Links that are mailed: their tokens made, and taken once."""

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
from chat_app.core.kernel.secrets import digest, new_secret

LIFE: Final = {
    Purpose.VERIFY_EMAIL: timedelta(days=3),
    Purpose.CHANGE_EMAIL: timedelta(days=1),
    Purpose.RESET_PASSWORD: timedelta(hours=1),
}
TO_ONE_ADDRESS: Final = RateLimitItemPerHour(5, namespace="mailed_links")
"""How many links an address gets, whoever asks for them: nobody's mailbox is filled."""

REDEMPTIONS: Final = RateLimitItemPerMinute(30, 5, namespace="mail_links")


async def mint(ctx: Context, user_id: UUID, purpose: Purpose, email: str) -> str:
    """Return a token for a link to ``email``. The one that there was before for this purpose is good no more."""
    token = new_secret()
    row = {"token_hash": digest(token), "email": email, "expires_at": ctx.now + LIFE[purpose]}
    statement = insert(MailedToken).values(user_id=user_id, purpose=purpose, **row)
    await ctx.db.execute(statement.on_conflict_do_update(index_elements=["user_id", "purpose"], set_=row))
    return token


async def redeem(ctx: Context, token: str, *purposes: Purpose, address: str = "") -> MailedToken:
    """Return what the token is good for, which it is no more; raises :class:`LinkSpent`, or ``RateLimited``.

    It stays good where the transaction does not come to its end, because a new password was too weak for one.
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
    """Delete the tokens that are good no more."""
    await ctx.db.execute(delete(MailedToken).where(col(MailedToken.expires_at) < ctx.now))
