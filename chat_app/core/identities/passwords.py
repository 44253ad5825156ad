"""Set the actor's password, unless an organisation's directory manages it."""

from sqlalchemy import delete, select
from sqlmodel import col

from chat_app.core.accounts.queries import get_user
from chat_app.core.accounts.tables import User
from chat_app.core.auth.factors.passkey_tables import Passkey
from chat_app.core.auth.password_changes import ask_for_password, change_password, reset_password
from chat_app.core.identities.errors import DirectoryPassword
from chat_app.core.identities.tables import Identity
from chat_app.core.kernel.context import Context


async def is_kept_by_directory(ctx: Context, user: User) -> bool:
    """Return whether a directory manages a person's password: a password here would still work after they have left it.
    People who may always sign in by password have theirs here.
    """
    if not ctx.policy.directory or user.username in ctx.policy.break_glass:
        return False
    theirs = (col(Identity.user_id) == user.id, col(Identity.issuer) == ctx.policy.directory)
    return await ctx.db.scalar(select(col(Identity.id)).where(*theirs)) is not None


async def check_not_of_directory(ctx: Context, user: User) -> None:
    """Raise :class:`DirectoryPassword` where a directory has a person's password."""
    if await is_kept_by_directory(ctx, user):
        raise DirectoryPassword()


async def change_own_password(ctx: Context, password: str, new_password: str, code: str = "") -> None:
    """Replace the actor's password, as ``change_password`` does. Raises :class:`DirectoryPassword` too."""
    await check_not_of_directory(ctx, await get_user(ctx, ctx.me.user_id))
    await change_password(ctx, password, new_password, code)


async def ask_for_own_password(ctx: Context) -> None:
    """Mail the actor a link to set a password, as ``ask_for_password`` does. Raises :class:`DirectoryPassword` too."""
    await check_not_of_directory(ctx, await get_user(ctx, ctx.me.user_id))
    await ask_for_password(ctx)


async def recover_account(ctx: Context, token: str, password: str, *, address: str = "") -> User:
    """Set a new password by a mailed link, as :func:`reset_password` does.

    Raises :class:`DirectoryPassword` too. If the link verifies the address for the first time, another person may have
    created the account with it. So all linked external accounts and all passkeys are removed.
    """
    user = await reset_password(ctx, token, password, address=address)
    await check_not_of_directory(ctx, user)
    if user.email_verified_at == ctx.now:
        await ctx.db.execute(delete(Identity).where(col(Identity.user_id) == user.id))
        await ctx.db.execute(delete(Passkey).where(col(Passkey.user_id) == user.id))
    return user
