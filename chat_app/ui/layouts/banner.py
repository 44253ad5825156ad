"""Show the site's announcement above every page."""

import reflex as rx

from chat_app.ui.acts.announcements import dismiss_announcement
from chat_app.ui.components.controls import icon, icon_button
from chat_app.ui.i18n import locale, t
from chat_app.ui.live.shapes import AnnouncementVar
from chat_app.ui.live.vars import ANNOUNCEMENT


def banner() -> rx.Component:
    """Return the announcement above a page; nothing without one."""
    close = icon_button("x", t("site.dismiss"), tip="bottom", on_click=dismiss_announcement)
    shown = rx.el.aside(line(ANNOUNCEMENT, rx.cond(ANNOUNCEMENT.dismissible, close)), aria_label=t("site.announcement"))
    return rx.el.div(rx.cond(ANNOUNCEMENT, shown), aria_live="polite")


def line(announcement: AnnouncementVar, *more: rx.Component) -> rx.Component:
    """Return the text of an announcement, in the reader's language if it exists."""
    japanese = (locale() == "ja") & (announcement.ja != "") | (announcement.en == "")
    words = rx.cond(japanese, announcement.ja, announcement.en)
    return rx.el.div(
        rx.match(
            announcement.level,
            ("urgent", icon("circle-alert", 16)),
            ("warning", icon("triangle-alert", 16)),
            icon("info", 16),
        ),
        rx.el.p(words, dir="auto"),
        *more,
        class_name="announcement " + announcement.level,
    )
