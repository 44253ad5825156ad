"""Remove passkeys, unless one is the last way to sign in."""

from sqlalchemy import delete, func, select
from sqlmodel import col

from chat_app.core.accounts.queries import get_user
from chat_app.core.accounts.tables import User
from chat_app.core.auth.errors import PasskeyNotFound
from chat_app.core.auth.factors.passkey_tables import Passkey
from chat_app.core.auth.factors.proof import prove_identity
from chat_app.core.identities.errors import LastWayIn
from chat_app.core.identities.tables import Identity
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.mail.commands import queue_mail
from chat_app.core.mail.tables import MailKind


async def remove_passkey(ctx: Context, passkey_id: AnyId, password: str, code: str = "") -> None:
    """Remove one of the actor's passkeys.

    Raises as ``prove_identity`` does, :class:`PasskeyNotFound`, or :class:`LastWayIn` if no other way to sign in
    remains.
    """
    which = parse_id(passkey_id, PasskeyNotFound)
    user = await prove_identity(ctx, password, code)
    await ctx.db.get_one(User, user.id, with_for_update=True)  # two at once do not remove the last two
    mine = col(Passkey.user_id) == user.id
    name = await ctx.db.scalar(delete(Passkey).where(mine, col(Passkey.id) == which).returning(col(Passkey.name)))
    if name is None:
        raise PasskeyNotFound()
    if not await has_passkey(ctx, user) and await _has_no_other(ctx, user):
        raise LastWayIn()
    await queue_mail(ctx, user.email, MailKind.PASSKEY_REMOVED, locale=user.locale, name=user.name, passkey=name)


async def is_passkey_needed(ctx: Context) -> bool:
    """Return whether the actor can sign in by one passkey only, which therefore cannot be removed."""
    user = await get_user(ctx, ctx.me.user_id)
    passkeys = await ctx.db.scalar(select(func.count()).where(col(Passkey.user_id) == user.id))
    return passkeys == 1 and await _has_no_other(ctx, user)


async def _has_no_other(ctx: Context, user: User) -> bool:
    linked = select(col(Identity.id)).where(col(Identity.user_id) == user.id).limit(1)
    return user.password_hash is None and await ctx.db.scalar(linked) is None


async def has_passkey(ctx: Context, user: User) -> bool:
    """Return whether a person can sign in by a passkey."""
    return bool(await ctx.db.scalar(select(func.count()).where(col(Passkey.user_id) == user.id)))
