"""The number of pending reports, for the site's admins."""

import reflex as rx

from chat_app.ui.components.display import badge
from chat_app.ui.components.floating import menu_link
from chat_app.ui.i18n import t
from chat_app.ui.live.vars import REPORTS


def moderation_item() -> rx.Component:
    """Return the menu item that leads to moderation."""
    return menu_link("shield", t("safety.moderation"), pending_badge(), href="/moderation")


def pending_badge() -> rx.Component:
    """Return the number of pending reports; nothing without any, and for others."""
    words = rx.el.span(t("safety.waiting"), class_name="visually-hidden")
    return rx.cond((REPORTS != "") & (REPORTS != "0"), badge(REPORTS, " ", words, kind="amber"))
