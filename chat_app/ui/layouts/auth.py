"""The layout of sign-in pages: one narrow column in the middle of a quiet page."""

from typing import Any

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import link
from chat_app.ui.components.display import mark
from chat_app.ui.components.floating import toast_region
from chat_app.ui.components.forms import segments
from chat_app.ui.i18n import LOCALES, locale, t


def auth_layout(*children: Any) -> rx.Component:
    """Return the page of a form for people who are not in yet, who can change the language here."""
    return rx.el.div(
        rx.el.main(mark(36), *children, class_name="column"),
        rx.el.footer(
            rx.el.span(t("settings.language"), id="locale-label", class_name="visually-hidden"),
            segments("locale", LOCALES, locale(), **js.props("i18n.js", "localeInput")),
        ),
        toast_region(),
        class_name="auth",
    )


def along(question: rx.Var[str], words: rx.Var[str], path: str) -> rx.Component:
    """Return the link to the other form, which keeps the address's ``next``."""
    href = path + js.SEARCH
    return rx.el.p(question, " ", link(words, href=href), class_name="meta")
