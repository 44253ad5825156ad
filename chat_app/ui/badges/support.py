"""The number of conversations that wait for support, for supporters."""

import reflex as rx

from chat_app.ui.components.display import badge
from chat_app.ui.components.floating import menu_link
from chat_app.ui.i18n import t
from chat_app.ui.live.vars import HELP


def support_item() -> rx.Component:
    """Return the menu item that leads to support."""
    return menu_link("life-buoy", t("support.title"), help_badge(), href="/support")


def help_badge() -> rx.Component:
    """Return the number of waiting conversations; nothing without any, and for others."""
    words = rx.el.span(t("support.waiting"), class_name="visually-hidden")
    return rx.cond(HELP > 0, badge(HELP, " ", words, kind="accent"))
