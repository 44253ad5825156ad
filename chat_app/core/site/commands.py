"""Change the site's settings, as its admins. Every change is in the log, with the old and the new value."""

from collections.abc import Mapping
from typing import Any, Final

from limits import RateLimitItemPerMinute
from sqlalchemy import select

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.policy import Policy
from chat_app.core.site.errors import SettingFixed, SettingUnknown
from chat_app.core.site.events import SiteSettingsChanged
from chat_app.core.site.settings import SETTINGS, changed, values_of
from chat_app.core.site.tables import SiteSetting

CHANGES: Final = RateLimitItemPerMinute(60, namespace="site-settings")
LOGGED_MAX: Final = 200
"""The characters of a value that the log keeps."""


async def update_settings(ctx: Context, base: Policy, values: Mapping[str, Any]) -> None:
    """Set settings to these values; None restores a default. ``base`` is the policy of the environment alone.

    Raises ``NotFound`` for who may not, :class:`SettingUnknown`, :class:`SettingFixed` or ``InvalidField``: then
    nothing is changed.
    """
    access_site(ctx, SitePermission.MANAGE_SITE)
    await ctx.limit(CHANGES, str(ctx.me.user_id))
    wanted = {name: _checked(base, name, value) for name, value in values.items()}
    await ctx.lock_key("site-settings")  # of two concurrent changes, the second one logs the first one's result
    rows = {row.name: row for row in await ctx.db.scalars(select(SiteSetting))}
    before = values_of(changed(base, {name: row.value for name, row in rows.items()}))
    defaults = values_of(base)
    after = {name: defaults[name] if value is None else value for name, value in wanted.items()}
    different = {name: value for name, value in after.items() if value != before[name]}
    for name in wanted:
        await _keep(ctx, rows.get(name), name, None if after[name] == defaults[name] else after[name])
    for name, value in different.items():
        record(ctx, Action.CHANGE_SETTINGS, setting=name, old=_logged(before[name]), new=_logged(value))
    if different:
        ctx.emit(SiteSettingsChanged())


def _checked(base: Policy, name: str, value: Any) -> Any:
    if name not in SETTINGS:
        raise SettingUnknown(name=name[:40])
    if name in base.fixed:
        raise SettingFixed(field=name)
    return None if value is None else SETTINGS[name].kind.check(name, value)


async def _keep(ctx: Context, row: SiteSetting | None, name: str, value: Any) -> None:
    if value is None:
        if row:
            await ctx.db.delete(row)
    elif row is None:
        ctx.db.add(SiteSetting(name=name, value=value, changed_at=ctx.now, changed_by=ctx.me.user_id))
    elif row.value != value:
        row.value, row.changed_at, row.changed_by = value, ctx.now, ctx.me.user_id


def _logged(value: Any) -> Any:
    """Return a value for the log: shortened if it is long."""
    text = ", ".join(value) if isinstance(value, list) else value
    return text[:LOGGED_MAX] if isinstance(text, str) else text
