"""The page for an address that does not exist, or not for this person."""

import reflex as rx

from chat_app.ui.components.controls import link_button
from chat_app.ui.components.display import empty
from chat_app.ui.i18n import t
from chat_app.ui.layouts.auth import auth_layout
from chat_app.ui.layouts.shell import shell
from chat_app.ui.layouts.sidebar import sidebar_button
from chat_app.ui.live.vars import ME
from chat_app.ui.not_found.state import NotFoundState


def page() -> rx.Component:
    """Return the page, within the app for people who are signed in."""
    return rx.cond(
        ME, shell(absent(t("notFound.title"), t("notFound.hint"))), rx.cond(NotFoundState.stranger, _alone())
    )


def absent(title: rx.Var[str], hint: rx.Var[str]) -> rx.Component:
    """Return the content in place of a page or room that does not exist."""
    return rx.fragment(
        rx.el.header(sidebar_button(), class_name="room-header bare"),
        rx.el.div(rx.el.h1(title), empty(hint, link_button(t("notFound.home"), href="/")), class_name="home"),
    )


def _alone() -> rx.Component:
    return auth_layout(
        rx.el.h1(t("notFound.title")),
        rx.el.p(t("notFound.hint")),
        link_button(t("notFound.home"), href="/", class_name="wide"),
    )
