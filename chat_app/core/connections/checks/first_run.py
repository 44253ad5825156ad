"""Ask the first admin to connect a model, while only the demo answers."""

from collections.abc import Sequence

from chat_app.core.access.site import SitePermission, site_can
from chat_app.core.accounts.queries import get_user
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.connections.access import require_model_manager
from chat_app.core.kernel.context import Context


async def is_asked_to_connect(ctx: Context, offered: Sequence[ModelInfo]) -> bool:
    """Return whether the actor is asked to connect a model: an admin of a site with only the demo, who has not chosen
    *later*.
    """
    if not site_can(ctx.me.site_roles, SitePermission.MANAGE_MODELS) or not all(model.is_demo for model in offered):
        return False
    return (await get_user(ctx, ctx.me.user_id)).models_later_at is None


async def connect_later(ctx: Context) -> None:
    """Ask the actor, an admin, no more. The page of models stays."""
    require_model_manager(ctx)
    (await get_user(ctx, ctx.me.user_id)).models_later_at = ctx.now
