"""The page ``/admin/settings``: a form for each group of the site's settings."""

from typing import Any

import reflex as rx

from chat_app.core.access.site import SitePermission
from chat_app.core.site.kinds import Choice, Line, Number
from chat_app.core.site.settings import GROUPS, SETTINGS, Setting
from chat_app.ui.administration.frame import admin_page, by_status, may
from chat_app.ui.components.controls import button
from chat_app.ui.components.display import notice
from chat_app.ui.components.forms import FormVars, described, field, whole_error
from chat_app.ui.i18n import t
from chat_app.ui.live.vars import ROOMS_KNOWN
from chat_app.ui.site.pictures import brand_pictures
from chat_app.ui.site.state import SettingVar, SiteState

_CHANGES = may(SitePermission.MANAGE_SITE)
_FORMS = {group: FormVars(f"site_{group}", state=SiteState, send=SiteState.save) for group in GROUPS}


def page() -> rx.Component:
    """Return the page."""
    content = rx.fragment(
        rx.cond(_CHANGES | ~ROOMS_KNOWN, None, notice(t("siteSettings.readOnly"))),  # not before that is known
        *map(_group, GROUPS),
    )
    return admin_page(
        t("siteSettings.title"),
        rx.el.div(by_status(SiteState.status, content, SiteState.load), class_name="settings site-settings"),
    )


def _group(group: str) -> rx.Component:
    form = _FORMS[group]
    settings = [setting for setting in SETTINGS.values() if setting.group == group]
    acts = rx.el.div(
        button(t("siteSettings.save"), type="submit", kind="primary", busy=form.busy()),
        button(t("siteSettings.reset"), on_click=SiteState.restore(group)),
        class_name="buttons",
    )
    return rx.el.section(
        rx.el.h2(t(f"siteSettings.groups.{group}"), id=f"group-{group}"),
        rx.el.p(t(f"siteSettings.groupHints.{group}"), class_name="meta"),
        form.element(
            rx.el.input(type="hidden", name="group", value=group),
            *(_setting(form, setting) for setting in settings),
            whole_error(form),
            rx.cond(_CHANGES, acts),
            class_name="form",
            aria_labelledby=f"group-{group}",
        ),
        *([brand_pictures(_CHANGES)] if group == "brand" else []),
    )


def _setting(form: FormVars, setting: Setting) -> rx.Component:
    value: SettingVar = SiteState.settings[setting.name]  # type: ignore[assignment]
    name, held = setting.name, ~_CHANGES | value.fixed
    hint = rx.cond(
        value.fixed,
        t("siteSettings.fixed", name=f"PARLEY_{name.upper()}"),
        t(f"siteSettings.hints.{name}"),
    )
    if setting.kind.name == "flag":
        return _flag(name, value, hint, held)
    error = form.error(name)
    control = _control(setting, value, described(name, error, "site") | {"disabled": held, "key": value.text})
    return field(name, t(f"siteSettings.names.{name}"), error=error, hint=hint, control=control, form="site")


def _control(setting: Setting, value: SettingVar, props: dict[str, Any]) -> rx.Component:
    kind = setting.kind
    props |= {"class_name": "input", "default_value": value.text}
    if isinstance(kind, Choice):
        return rx.el.select(
            *(rx.el.option(t(f"siteSettings.choices.{each}"), value=each) for each in kind.choices), **props
        )
    if isinstance(kind, Line):
        if kind.long:
            return rx.el.textarea(rows=2, max_length=kind.maximum, dir="auto", **props)
        return rx.el.input(max_length=kind.maximum, **props)
    if isinstance(kind, Number):
        return rx.el.input(type="number", min=kind.minimum, max=kind.maximum, required=True, **props)
    if kind.name == "moment":
        return rx.el.input(type="datetime-local", **props)
    return rx.el.input(auto_capitalize="none", auto_complete="off", spell_check=False, **props)


def _flag(name: str, value: SettingVar, hint: rx.Var[str], held: rx.Var[bool]) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="checkbox",
            name=name,
            value="yes",
            default_checked=value.on,
            disabled=held,
            key=rx.cond(value.on, "on", "off"),
            aria_label=t(f"siteSettings.names.{name}"),
            aria_describedby=f"site-{name}-hint",
        ),
        rx.el.span(
            rx.el.span(t(f"siteSettings.names.{name}")),
            rx.el.span(hint, class_name="meta", id=f"site-{name}-hint"),
            class_name="who",
        ),
        class_name="check",
    )
