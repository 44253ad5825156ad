"""The number of pending reports, for the site's moderators."""

import reflex as rx

from chat_app.ui.components.display import badge
from chat_app.ui.i18n import t
from chat_app.ui.live.vars import REPORTS


def pending_badge() -> rx.Component:
    """Return the number of pending reports; nothing without any, and for others."""
    words = rx.el.span(t("safety.waiting"), class_name="visually-hidden")
    return rx.cond(REPORTS > 0, badge(REPORTS, " ", words, kind="amber"))
