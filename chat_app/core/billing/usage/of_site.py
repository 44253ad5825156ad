"""Show what models did on the whole site, to its staff."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.site import SitePermission, access_site, site_can
from chat_app.core.billing.day_sums import site_sums
from chat_app.core.billing.usage.queries import DAYS_MAX, checked_grouping, names_of, since_of, usage_page
from chat_app.core.billing.wire import Grouping, UsagePageJson
from chat_app.core.kernel.context import Context
from chat_app.core.rooms.staff_names import is_named
from chat_app.core.rooms.tables import Room


async def site_usage(ctx: Context, by: str = "day", days: int = 30) -> UsagePageJson:
    """Return the usage of models by everybody; ``charged`` is what people paid. Raises ``NotFound`` without the
    permission.

    Rooms are named only if the actor may see rooms, and only if the staff may see the name.
    """
    access_site(ctx, SitePermission.VIEW_BILLING)
    grouping, days = checked_grouping(by), max(1, min(days, DAYS_MAX))
    rows = await site_sums(ctx, grouping, since_of(ctx.now, days), DAYS_MAX)
    ids = [UUID(row[0]) for row in rows if row[0]] if grouping in ("room", "person") else []
    labels = await _names(ctx, grouping, ids)
    return usage_page(grouping, days, rows, {str(key): name for key, name in labels.items()})


async def _names(ctx: Context, by: Grouping, keys: Sequence[UUID]) -> dict[UUID, str]:
    if by != "room":
        return await names_of(ctx, by, keys)
    if not site_can(ctx.me.site_roles, SitePermission.VIEW_ROOMS):
        return {}
    rooms = select(col(Room.id), col(Room.name)).where(
        col(Room.id).in_(keys), is_named(), col(Room.deleted_at).is_(None)
    )
    return {row[0]: row[1] for row in await ctx.db.execute(rooms)}
