"""Decide which models a person may choose, and which one is the site's default."""

from collections.abc import Sequence

from chat_app.core.access.site import SitePermission, site_can
from chat_app.core.ai.errors import ModelNotOffered
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.kernel.context import Context


def default_model(offered: Sequence[ModelInfo]) -> ModelInfo:
    """Return the model of rooms that have chosen none: the first that everybody may choose."""
    return next(model for model in offered if not model.admins_only)


def dollars(cents: int) -> str:
    """Return a price in US cents as people read it: "$2.50"."""
    return f"${cents // 100}.{cents % 100:02}"


def may_choose(ctx: Context, model: ModelInfo) -> bool:
    """Return whether the actor may choose the model for a room or a message."""
    return model.is_for(ctx.me.user_id, is_manager=site_can(ctx.me.site_roles, SitePermission.MANAGE_MODELS))


def check_offered(ctx: Context, offered: Sequence[ModelInfo], model: str, *, field: str = "model") -> None:
    """Raise :class:`ModelNotOffered` unless ``model`` is one of those ``offered`` that the actor may choose."""
    if not any(info.id == model and may_choose(ctx, info) for info in offered):
        raise ModelNotOffered(field=field)
