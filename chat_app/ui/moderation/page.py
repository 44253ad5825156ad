"""The page ``/moderation``: pending and resolved reports, suspended people, and the log."""

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import AGAIN, button, link_button
from chat_app.ui.components.display import empty, skeleton
from chat_app.ui.components.floating import confirm
from chat_app.ui.components.forms import segments
from chat_app.ui.i18n import t
from chat_app.ui.layouts.shell import shell
from chat_app.ui.layouts.sidebar import sidebar_button
from chat_app.ui.moderation.answers import answers
from chat_app.ui.moderation.lists import log, suspended, waiting
from chat_app.ui.moderation.state import ModerationState

_TABS = {"open": waiting, "resolved": waiting, "suspended": suspended, "log": log, "answers": answers}


def page() -> rx.Component:
    """Return the page."""
    absent = empty(t("notFound.hint"), link_button(t("notFound.home"), href="/"))
    content = rx.match(ModerationState.status, ("loading", _loading()), ("absent", absent), _tabs())
    return shell(
        rx.el.header(sidebar_button(), rx.el.h1(t("safety.moderation")), class_name="room-header"),
        rx.el.div(
            rx.el.div(content, class_name="moderation"),
            confirm("delete-reported", "safety.delete", on_click=ModerationState.delete_message),
            confirm("suspend-reported", "safety.suspend", on_click=ModerationState.suspend),
            class_name="scrolls",
        ),
    )


def _tabs() -> rx.Component:
    failed = empty(t("safety.loadFailed"), button(t("common.retry"), on_click=ModerationState.load))
    return rx.fragment(
        rx.el.p(t("safety.moderationHint"), class_name="meta", id="moderation-label"),
        segments(
            "moderation",
            {tab: t(f"safety.{tab}") for tab in _TABS},
            js.query("tab", "open"),
            at_first=True,
            on_change=lambda tab: rx.redirect("/moderation?tab=" + tab, replace=True),
        ),
        rx.cond(ModerationState.status == "failed", failed, _shown()),
    )


def _shown() -> rx.Component:
    lists = rx.match(ModerationState.tab, *((tab, shows()) for tab, shows in _TABS.items()), rx.fragment())
    more = button(t("common.more"), on_click=ModerationState.show_more.throttle(AGAIN))
    return rx.fragment(lists, rx.cond(ModerationState.more, rx.el.div(more, class_name="show-more")))


def _loading() -> rx.Component:
    lines = [skeleton("100%", "96px") for _ in range(3)]
    return rx.el.div(*lines, class_name="form", aria_busy=True, aria_label=t("common.loading"), role="status")
