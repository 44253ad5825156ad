"""The state of the page ``/admin/settings``. Every argument is hostile until a use case has checked it."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.kernel.context import Context
from chat_app.core.pictures.branding import BrandVersionsOut, brand_versions, remove_brand_picture
from chat_app.core.site.commands import update_settings
from chat_app.core.site.kinds import Flag
from chat_app.core.site.queries import SettingView, view_settings
from chat_app.core.site.settings import SETTINGS
from chat_app.ui.fields import text_of
from chat_app.ui.page_state import FormState, PageState, loading, submitting
from chat_app.ui.transport.answering import answering, say


@dataclass
class SettingVar:
    """A setting's value as the page shows it: in words, or on."""

    text: str = ""
    on: bool = False
    fixed: bool = False


class SiteState(PageState, FormState, rx.State):
    """The site's settings."""

    settings: dict[str, SettingVar] = {}
    """By their names; none before they are loaded."""
    pictures: dict[str, int] = {}
    """The versions of the brand's pictures, 0 for none."""

    @rx.event
    async def load(self) -> None:
        """Show the settings."""
        async with loading(self) as ctx:
            await _show(self, ctx)

    @rx.event
    async def save(self, fields: dict[str, Any]) -> None:
        """Save the settings of a group."""
        group = text_of(fields, "group")
        names = [name for name, setting in SETTINGS.items() if setting.group == group]
        async with submitting(self, *names) as ctx:
            base = runtime().site.base
            values = {name: _value(fields, name) for name in names if name not in base.fixed}
            await update_settings(ctx, base, values)
            await _show(self, ctx)
            say(ctx, self, "common.saved")

    @rx.event
    async def restore(self, group: str) -> None:
        """Restore the defaults of a group of settings."""
        names = [name for name, setting in SETTINGS.items() if setting.group == group]
        async with submitting(self, *names) as ctx:
            base = runtime().site.base
            await update_settings(ctx, base, {name: None for name in names if name not in base.fixed})
            await _show(self, ctx)
            say(ctx, self, "common.saved")

    @rx.event
    async def show_pictures(self) -> None:
        """Show the pictures of the brand after one was uploaded."""
        async with answering(self, "brand") as ctx:
            self.pictures = _numbers(await brand_versions(ctx))
            say(ctx, self, "common.saved")

    @rx.event
    async def remove_picture(self, name: str) -> None:
        """Remove a picture of the brand."""
        async with answering(self, "brand") as ctx:
            await remove_brand_picture(ctx, name)
            self.pictures = _numbers(await brand_versions(ctx))


def _value(fields: dict[str, Any], name: str) -> Any:
    if isinstance(SETTINGS[name].kind, Flag):
        return bool(fields.get(name))
    return text_of(fields, name)


async def _show(state: SiteState, ctx: Context) -> None:
    state.pictures = _numbers(await brand_versions(ctx))
    state.settings = {each.name: _setting_var(each) for each in await view_settings(ctx, runtime().site.base)}


def _numbers(versions: BrandVersionsOut) -> dict[str, int]:
    return {"logo": versions["logo"], "logo_dark": versions["logo_dark"], "icon": versions["icon"]}


def _setting_var(setting: SettingView) -> SettingVar:
    value = setting.value
    if isinstance(value, bool):
        return SettingVar(on=value, fixed=setting.fixed)
    text = ", ".join(value) if isinstance(value, list) else str(value)
    if SETTINGS[setting.name].kind.name == "moment":
        text = text[:16]  # in the form of the browser's field; its time zone is shown beside it
    return SettingVar(text, fixed=setting.fixed)
