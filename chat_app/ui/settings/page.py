"""The page ``/settings``."""

import reflex as rx

from chat_app.ui.components.controls import button
from chat_app.ui.components.display import empty, skeleton
from chat_app.ui.i18n import t
from chat_app.ui.layouts.shell import shell
from chat_app.ui.layouts.sidebar import sidebar_button
from chat_app.ui.live.vars import COUNTS, MAY
from chat_app.ui.settings.identities import identities
from chat_app.ui.settings.privacy import own_data, privacy
from chat_app.ui.settings.state import SettingsState
from chat_app.ui.settings.views import administration, appearance, billing, profile, sessions, usage


def page() -> rx.Component:
    """Return the page."""
    return shell(
        rx.el.header(sidebar_button(), rx.el.h1(t("settings.title")), class_name="room-header"),
        rx.el.div(
            rx.el.div(
                rx.match(
                    SettingsState.status,
                    ("ready", _sections()),
                    (
                        "failed",
                        empty(t("settings.failedTitle"), button(t("common.retry"), on_click=SettingsState.load)),
                    ),
                    _loading(),
                ),
                class_name="settings",
            ),
            class_name="scrolls",
        ),
    )


def _sections() -> rx.Component:
    tokens = (rx.cond(COUNTS, usage()), rx.cond(SettingsState.bills, billing()))
    for_staff = rx.cond(MAY.length() > 0, administration())
    return rx.fragment(profile(), appearance(), *tokens, privacy(), identities(), sessions(), for_staff, own_data())


def _loading() -> rx.Component:
    lines = [skeleton("72px", "72px", round=True), *(skeleton(width, "36px") for width in ("100%", "60%", "40%"))]
    return rx.el.div(*lines, class_name="form", aria_busy=True, aria_label=t("common.loading"), role="status")
