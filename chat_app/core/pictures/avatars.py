"""Change the actor's own picture."""

from chat_app.core.accounts.events import PersonChanged, ProfileChanged
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotSignedIn
from chat_app.core.pictures.pictures import Pictures
from chat_app.core.pictures.rows import next_version, release_pictures, take_picture
from chat_app.core.pictures.tables import Picture


async def set_avatar(pictures: Pictures, actor: Actor, image: bytes) -> User:
    """Set the actor's picture to ``image`` (PNG, JPEG, WebP or GIF).

    Raises as :meth:`Pictures.keep`. Its object is stored before the row refers to it. A job deletes the remains of a
    failure.
    """
    kept = await pictures.keep(actor, image, "avatar")
    async with pictures.work.begin(actor) as ctx:
        user = await _lock_user(ctx)
        await take_picture(ctx, kept, user_id=user.id)
        user.avatar = next_version(ctx, user.avatar)
        _announce(ctx, user)
    return user


async def set_small_avatar(ctx: Context, square: bytes) -> User:
    """Set the actor's picture to a square WebP, stored in the database: a job moves it to the storage."""
    user = await _lock_user(ctx)
    await release_pictures(ctx, user_id=user.id)
    ctx.db.add(Picture(user_id=user.id, image=square))
    user.avatar = next_version(ctx, user.avatar)
    _announce(ctx, user)
    return user


async def remove_avatar(ctx: Context) -> User:
    """Remove the actor's picture."""
    user = await _lock_user(ctx)
    await release_pictures(ctx, user_id=user.id)
    user.avatar = None
    _announce(ctx, user)
    return user


async def _lock_user(ctx: Context) -> User:
    user = await ctx.db.get_one(User, ctx.me.user_id, with_for_update={"key_share": True}, populate_existing=True)
    if user.deleted_at is not None:
        raise NotSignedIn()
    return user


def _announce(ctx: Context, user: User) -> None:
    ctx.emit(PersonChanged(user.person()))
    ctx.emit(ProfileChanged(user.person(), user.locale, user.theme))
