"""Inform a person that their new account waits for approval or verification."""

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import link_button
from chat_app.ui.i18n import t


def waiting_or(form: rx.Component) -> rx.Component:
    """Return the form of a new account, or after it was sent, what the account waits for."""
    waits = js.value("account/entry.js", "useEntry", "waits", str)
    return rx.cond(
        waits == "",
        form,
        rx.el.div(
            rx.el.h1(t("site.waitTitle")),
            rx.el.p(rx.cond(waits == "address", t("site.waitAddress"), t("site.waitApproval")), role="status"),
            link_button(t("auth.toSignIn"), href="/sign-in", class_name="wide"),
            class_name="column",
        ),
    )
