"""Read the site's settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from typing_extensions import TypedDict

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.policy import Policy
from chat_app.core.kernel.wire import Timestamp, timestamp_or_none
from chat_app.core.site.settings import SETTINGS, changed, values_of
from chat_app.core.site.tables import SiteSetting


class SettingOut(TypedDict):
    """A setting of the site: its present value, its default, and whether the environment has `fixed` it."""

    name: str
    group: str
    kind: str
    value: Any
    default: Any
    fixed: bool
    changed_at: Timestamp | None


@dataclass(frozen=True, slots=True)
class SettingView:
    """A setting of the site as its staff see it."""

    name: str
    value: Any
    default: Any
    fixed: bool
    changed_at: datetime | None

    def as_json(self) -> SettingOut:
        """Return the shape in REST."""
        setting = SETTINGS[self.name]
        return {
            "name": self.name,
            "group": setting.group,
            "kind": setting.kind.name,
            "value": self.value,
            "default": self.default,
            "fixed": self.fixed,
            "changed_at": timestamp_or_none(self.changed_at),
        }


async def view_settings(ctx: Context, base: Policy) -> list[SettingView]:
    """Return all settings, in the order of the page; ``base`` is the policy of the environment alone.

    Raises ``NotFound`` for who may not see them.
    """
    access_site(ctx, SitePermission.VIEW_SITE)
    await ctx.db.flush()
    rows = {row.name: row for row in await ctx.db.scalars(select(SiteSetting))}
    defaults, values = values_of(base), values_of(changed(base, {name: row.value for name, row in rows.items()}))
    return [
        SettingView(
            name,
            values[name],
            defaults[name],
            name in base.fixed,
            rows[name].changed_at if name in rows and name not in base.fixed else None,
        )
        for name in SETTINGS
    ]


async def read_settings(ctx: Context) -> Mapping[str, Any]:
    """Return what admins have changed, by name. For the process itself."""
    rows = await ctx.db.execute(select(SiteSetting.name, SiteSetting.value))  # type: ignore[call-overload]
    return {row.name: row.value for row in rows}
