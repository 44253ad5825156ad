"""The page ``/support``: the conversations in which people asked for help, updated live."""

import reflex as rx

from chat_app.ui.components.controls import AGAIN, button, link_button
from chat_app.ui.components.display import empty, notice, skeleton
from chat_app.ui.i18n import t
from chat_app.ui.layouts.shell import shell
from chat_app.ui.layouts.sidebar import sidebar_button
from chat_app.ui.live.following import following
from chat_app.ui.live.vars import HELPED
from chat_app.ui.support.filters import filters
from chat_app.ui.support.sessions import history_dialog, session
from chat_app.ui.support.state import SupportState


def page() -> rx.Component:
    """Return the page."""
    absent = empty(t("notFound.hint"), link_button(t("notFound.home"), href="/"))
    failed = empty(t("support.loadFailed"), button(t("common.retry"), on_click=SupportState.load))
    content = rx.match(
        SupportState.status, ("loading", _loading()), ("absent", absent), ("failed", failed), _sessions()
    )
    return shell(
        rx.el.header(sidebar_button(), rx.el.h1(t("support.title")), class_name="room-header"),
        rx.el.div(
            rx.el.div(content, class_name="moderation support"),
            history_dialog(),
            following(HELPED, SupportState.load, pause=300),
            class_name="scrolls",
        ),
    )


def _sessions() -> rx.Component:
    more = button(t("common.more"), on_click=SupportState.show_more.throttle(AGAIN))
    return rx.fragment(
        rx.el.p(t("support.hint"), class_name="meta"),
        rx.cond(SupportState.joins, notice(t("support.joinsNote"))),
        filters(),
        rx.cond(
            SupportState.sessions.length() == 0,
            empty(t("support.none"), symbol="life-buoy"),
            rx.el.ul(rx.foreach(SupportState.sessions, session), class_name="report-list"),
        ),
        rx.cond(SupportState.more, rx.el.div(more, class_name="show-more")),
    )


def _loading() -> rx.Component:
    lines = [skeleton("100%", "96px") for _ in range(3)]
    return rx.el.div(*lines, class_name="form", aria_busy=True, aria_label=t("common.loading"), role="status")
