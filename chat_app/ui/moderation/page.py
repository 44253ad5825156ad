"""The page ``/admin/reports``: pending and resolved reports, suspended people, and how answers are rated."""

import reflex as rx

from chat_app.core.access.site import SitePermission
from chat_app.ui import js
from chat_app.ui.administration.frame import admin_page, by_status, may
from chat_app.ui.components.controls import AGAIN, button
from chat_app.ui.components.display import empty
from chat_app.ui.components.floating import confirm
from chat_app.ui.components.forms import segments
from chat_app.ui.i18n import t
from chat_app.ui.moderation.answers import answers
from chat_app.ui.moderation.lists import suspended, waiting
from chat_app.ui.moderation.state import ModerationState

_TABS = {"open": waiting, "resolved": waiting, "suspended": suspended, "answers": answers}


def page() -> rx.Component:
    """Return the page."""
    return admin_page(
        t("safety.moderation"),
        rx.el.div(
            rx.cond(
                (ModerationState.status == "loading") | (ModerationState.status == "absent"),
                by_status(ModerationState.status, rx.fragment(), ModerationState.load),
                _tabs(),
            ),
            class_name="moderation",
        ),
        confirm("delete-reported", "safety.delete", on_click=ModerationState.delete_message),
        confirm("suspend-reported", "safety.suspend", on_click=ModerationState.suspend),
    )


def _tabs() -> rx.Component:
    failed = empty(t("safety.loadFailed"), button(t("common.retry"), on_click=ModerationState.load))
    tabs = {tab: t(f"safety.{tab}") for tab in _TABS}
    if_rating = may(SitePermission.MANAGE_MODELS)
    without = {tab: word for tab, word in tabs.items() if tab != "answers"}
    return rx.fragment(
        rx.el.p(t("safety.moderationHint"), class_name="meta", id="moderation-label"),
        rx.cond(if_rating, _choice(tabs), _choice(without)),
        rx.cond(ModerationState.status == "failed", failed, _shown()),
    )


def _choice(tabs: dict[str, rx.Var[str]]) -> rx.Component:
    return segments(
        "moderation",
        tabs,
        js.query("tab", "open"),
        at_first=True,
        on_change=lambda tab: rx.redirect("/admin/reports?tab=" + tab, replace=True),
    )


def _shown() -> rx.Component:
    lists = rx.match(ModerationState.tab, *((tab, shows()) for tab, shows in _TABS.items()), rx.fragment())
    more = button(t("common.more"), on_click=ModerationState.show_more.throttle(AGAIN))
    return rx.fragment(lists, rx.cond(ModerationState.more, rx.el.div(more, class_name="show-more")))
