"""The number of new accounts that wait for approval, for the site's admins."""

import reflex as rx

from chat_app.ui.components.display import badge
from chat_app.ui.i18n import t
from chat_app.ui.live.vars import SIGN_UPS


def sign_ups_badge() -> rx.Component:
    """Return the number of accounts that wait; nothing without any, and for others."""
    words = rx.el.span(t("site.waitingCount"), class_name="visually-hidden")
    return rx.cond(SIGN_UPS > 0, badge(SIGN_UPS, " ", words, kind="amber"))
