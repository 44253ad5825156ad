"""The page ``/consent``: the application, the data that it will see, and the two answers; and whether one signs out."""

from typing import Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import button, icon, link, link_button
from chat_app.ui.components.display import skeleton
from chat_app.ui.consent.state import ConsentState
from chat_app.ui.i18n import t, t_in
from chat_app.ui.layouts.auth import auth_layout

_LINES: Final = (
    ("70%", 62),
    ("60%", 24),
    ("40%", 24),
    ("20%", 24),
    ("100%", 114),
    ("40%", 21),
    *[("100%", 36)] * 2,
    ("80%", 21),
)
"""The widths and heights (pixels) of the elements of the page."""


def page() -> rx.Component:
    """Return the page."""
    return auth_layout(
        rx.el.div(
            rx.match(
                ConsentState.status,
                ("ready", _asked()),
                ("logout", _asked_to_leave()),
                ("leaving", rx.el.p(t("consent.leaving", name=ConsentState.name), role="status")),
                ("refused", _refused()),
                _loading(),
            ),
            class_name="consent-place",
        )
    )


def _asked() -> rx.Component:
    return rx.el.div(
        rx.el.h1(t("consent.title", name=ConsentState.name)),
        _person(),
        rx.cond(
            ConsentState.another,
            link(t("consent.another"), href=ConsentState.another, reload_document=True, class_name="link another"),
        ),
        rx.el.p(t("consent.willSee"), id="consent-will-see"),
        rx.el.ul(
            rx.foreach(
                ConsentState.scopes,
                lambda scope: rx.el.li(icon("check", 16), rx.el.span(t_in("consent.scopes", scope)), key=scope),
            ),
            class_name="consent-scopes",
            aria_labelledby="consent-will-see",
        ),
        rx.el.p(t("consent.returns", host=ConsentState.host), class_name="meta"),
        button(t("consent.allow"), kind="primary", class_name="wide", on_click=ConsentState.allow),
        button(t("consent.deny"), class_name="wide", on_click=ConsentState.deny),
        rx.el.p(t("consent.later"), class_name="meta"),
        class_name="column",
    )


def _person() -> rx.Component:
    username = rx.el.span("@", ConsentState.username, class_name="meta")
    return rx.el.p(t("consent.signedInAs", name=ConsentState.person), " ", username)


def _asked_to_leave() -> rx.Component:
    return rx.el.div(
        rx.el.h1(t("consent.leaveTitle")),
        rx.cond(ConsentState.username, _person()),
        rx.el.p(t("consent.leaveHint")),
        button(
            t("auth.signOut"), kind="primary", class_name="wide", on_click=js.call("consent/leaving.js", "leaveAll")
        ),
        link_button(t("common.cancel"), href="/", class_name="wide"),
        class_name="column",
    )


def _refused() -> rx.Component:
    return rx.el.div(
        rx.el.h1(t("consent.refusedTitle")),
        rx.el.p(t_in("errors", ConsentState.error)),
        link_button(t("consent.home"), href="/", class_name="wide"),
        class_name="column",
    )


def _loading() -> rx.Component:
    """Return placeholders with the heights of the page's lines, since the column is vertically centred."""
    lines = [skeleton(width, f"{height}px") for width, height in _LINES]
    return rx.el.div(*lines, class_name="column", aria_busy=True, aria_label=t("common.loading"), role="status")
