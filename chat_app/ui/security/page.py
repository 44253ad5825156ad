"""The page ``/settings/security``."""

import reflex as rx

from chat_app.ui.components.controls import button, link
from chat_app.ui.components.display import empty, skeleton
from chat_app.ui.i18n import t
from chat_app.ui.layouts.shell import shell
from chat_app.ui.layouts.sidebar import sidebar_button
from chat_app.ui.security.applications import applications
from chat_app.ui.security.lists import sessions, tokens
from chat_app.ui.security.parts import ACCOUNT
from chat_app.ui.security.passkeys import passkeys
from chat_app.ui.security.sections import elsewhere, email, password, two_factor
from chat_app.ui.security.state import SecurityState


def page() -> rx.Component:
    """Return the page."""
    return shell(
        rx.el.header(sidebar_button(), rx.el.h1(t("security.title")), class_name="room-header"),
        rx.el.div(
            rx.el.div(
                link(t("security.toSettings"), href="/settings"),
                rx.match(
                    SecurityState.status,
                    ("ready", _sections()),
                    (
                        "failed",
                        empty(t("security.failedTitle"), button(t("common.retry"), on_click=SecurityState.load)),
                    ),
                    _loading(),
                ),
                class_name="settings security",
            ),
            class_name="scrolls",
        ),
    )


def _sections() -> rx.Component:
    proofs = rx.cond(ACCOUNT.page == "", rx.fragment(password(), passkeys(), two_factor()), elsewhere())
    return rx.fragment(email(), proofs, sessions(), applications(), tokens())


def _loading() -> rx.Component:
    lines = [skeleton(width, "36px") for width in ("60%", "100%", "40%", "100%")]
    return rx.el.div(*lines, class_name="form", aria_busy=True, aria_label=t("common.loading"), role="status")
