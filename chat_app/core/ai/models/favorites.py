"""A person's favorite models, which are listed first."""

from collections.abc import Sequence
from typing import Final

from limits import RateLimitItemPerMinute
from sqlalchemy import select
from sqlmodel import col

from chat_app.core.accounts.tables import User
from chat_app.core.ai.errors import TooManyFavorites
from chat_app.core.ai.events import FavoriteModelsChanged
from chat_app.core.ai.models.offers import check_offered
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.kernel.context import Context

CHANGES: Final = RateLimitItemPerMinute(120, namespace="favorite-models")
FAVORITES_MAX: Final = 30


async def favorite_model(ctx: Context, offered: Sequence[ModelInfo], model: str, *, on: bool) -> None:
    """Mark a model that the actor may choose as a favorite, or remove the mark.

    Raises :class:`ModelNotOffered` and :class:`TooManyFavorites`.
    """
    await ctx.limit(CHANGES, str(ctx.me.user_id))
    if on:
        check_offered(ctx, offered, model)
    user = await ctx.db.get_one(User, ctx.me.user_id, with_for_update={"key_share": True}, populate_existing=True)
    others = [each for each in user.favorite_models if each != model]
    if on and len(others) >= FAVORITES_MAX:
        raise TooManyFavorites(maximum=FAVORITES_MAX)
    user.favorite_models = [*others, model] if on else others
    ctx.emit(FavoriteModelsChanged(user.id, tuple(user.favorite_models)))


async def favorite_models(ctx: Context) -> list[str]:
    """Return the ids of the actor's favorite models, including models that are not offered now."""
    mine = select(col(User.favorite_models)).where(col(User.id) == ctx.me.user_id)
    return list((await ctx.db.execute(mine)).scalar_one())
