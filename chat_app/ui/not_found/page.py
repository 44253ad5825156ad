"""The page for an address that does not exist, or not for this person."""

import reflex as rx

from chat_app.ui.components.controls import link_button
from chat_app.ui.i18n import t
from chat_app.ui.layouts.auth import auth_layout


def page() -> rx.Component:
    """Return the page."""
    return auth_layout(
        rx.el.h1(t("notFound.title")),
        rx.el.p(t("notFound.hint")),
        link_button(t("notFound.home"), href="/", class_name="wide"),
    )
