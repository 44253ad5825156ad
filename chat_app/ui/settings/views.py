"""The sections of the profile, and of signing in and out."""

from typing import Any

import reflex as rx

from chat_app.core.accounts.rules import COLORS, NAME_MAX, THEMES
from chat_app.ui import js
from chat_app.ui.components.controls import button, icon, link_button
from chat_app.ui.components.floating import confirm, opens
from chat_app.ui.components.forms import FormVars, field, form, segments, swatches
from chat_app.ui.components.picture import picture_field
from chat_app.ui.i18n import LOCALES, t
from chat_app.ui.settings.state import MeVar, SettingsState

ME: MeVar = SettingsState.me  # type: ignore[assignment]
_LEAVING = "settings/leaving.js"
_PROFILE = FormVars("profile", state=SettingsState, send=SettingsState.rename)


class _Choice(rx.el.Input):
    """A radio that takes effect at once, and is undone if the state answers with another value."""

    library = "$/public/settings/choice.js"
    tag = "Choice"

    answer: rx.Var[Any]
    on_choose: rx.EventHandler[rx.event.passthrough_event_spec(str, str)]


_CHOICES = {"radio": _Choice.create, "answer": ME, "on_choose": SettingsState.choose}


def profile() -> rx.Component:
    """Return the section about how others see the person."""
    name = field(
        "name",
        t("auth.name"),
        error=_PROFILE.error("name"),
        default_value=ME.name,
        auto_complete="name",
        required=True,
        max_length=NAME_MAX,
        form="profile",
    )
    colors = {color: t(f"settings.colors.{color}") for color in COLORS}
    return _section(
        t("settings.profile"),
        rx.el.p("@", ME.username, " · ", ME.email, class_name="meta"),
        _picture(),
        _row("color", t("settings.color"), swatches("color", colors, ME.color, **_CHOICES)),
        form(_PROFILE, name, submit=t("common.save"), kind="own-width"),
    )


def appearance() -> rx.Component:
    """Return the section about how Parley looks to the person."""
    themes = {theme: t(f"settings.themes.{theme}") for theme in THEMES}
    return _section(
        t("settings.appearance"),
        _row("locale", t("settings.language"), segments("locale", LOCALES, ME.locale, **_CHOICES)),
        _row("theme", t("settings.theme"), segments("theme", themes, ME.theme, **_CHOICES)),
    )


def switch_row(label: rx.Var[str], hint: rx.Var[str], on: Any, switches: Any) -> rx.Component:
    """Return a switch; its event gets the new state."""
    switch = rx.el.button(
        rx.el.span(class_name="switch-knob"),
        type="button",
        role="switch",
        aria_checked=on,
        aria_label=label,
        class_name="switch",
        on_click=switches(~on),
    )
    words = rx.el.div(rx.el.p(label, class_name="label"), rx.el.p(hint, class_name="meta"))
    return rx.el.div(words, switch, class_name="switch-row")


def sessions() -> rx.Component:
    """Return the section about signing in and out."""
    return _section(
        t("security.open"),
        rx.el.p(t("security.openHint"), class_name="meta"),
        rx.el.div(
            link_button(t("security.open"), href="/settings/security"),
            button(t("auth.signOut"), busy=_leaving("here"), on_click=_go_out("here")),
            button(
                t("auth.signOutEverywhere"),
                kind="danger",
                busy=_leaving("everywhere"),
                custom_attrs=opens("sign-out-everywhere"),
            ),
            class_name="buttons",
        ),
        confirm("sign-out-everywhere", "auth.signOutEverywhere", on_click=_go_out("everywhere")),
    )


def billing() -> rx.Component:
    """Return the section about plans and payments."""
    return _section(
        t("payments.title"),
        rx.el.p(t("payments.openHint"), class_name="meta"),
        rx.el.div(link_button(t("payments.title"), href="/settings/billing"), class_name="buttons"),
    )


def usage() -> rx.Component:
    """Return the section about the usage of models and the balance."""
    return _section(
        t("usage.title"),
        rx.el.p(t("usage.hint"), class_name="meta"),
        rx.el.div(link_button(icon("chart-column", 16), t("usage.open"), href="/settings/usage"), class_name="buttons"),
    )


def administration() -> rx.Component:
    """Return the section of the site's staff."""
    return _section(
        t("settings.administration"),
        rx.el.p(t("settings.administrationHint"), class_name="meta"),
        link_button(icon("layout-dashboard", 16), t("settings.administration"), href="/admin", class_name="own-width"),
    )


def _leaving(how: str) -> rx.Var[bool]:
    return js.value(_LEAVING, "useLeaving", how, bool).to(bool)


def _go_out(how: str) -> rx.Var[Any]:
    return js.call(_LEAVING, "goOut", how)


def _picture() -> rx.Component:
    return picture_field(
        name=ME.name,
        version=ME.avatar,
        saved=rx.Var.create(f"/api/v1/users/{ME.id}/avatar?v={ME.avatar}"),
        path="/me/avatar",
        circle=f"avatar large tint-{ME.color}",
        on_saved=SettingsState.load,
        on_remove=SettingsState.remove_picture,
    )


def _section(title: rx.Var[str], *children: rx.Component) -> rx.Component:
    return rx.el.section(rx.el.h2(title), *children)


def _row(name: str, label: rx.Var[str], *controls: rx.Component) -> rx.Component:
    return rx.el.div(rx.el.p(label, class_name="label", id=f"{name}-label"), *controls, class_name="field")
