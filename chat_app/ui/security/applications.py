"""The section about applications that the person has given access to."""

from typing import Any

import reflex as rx

from chat_app.ui.components.controls import button
from chat_app.ui.i18n import t, t_in
from chat_app.ui.security.parts import ACCOUNT, section
from chat_app.ui.security.state import SecurityState
from chat_app.ui.times import full_time


def applications() -> rx.Component:
    """Return the section; it is there for people who have given access to an application."""
    mine: Any = ACCOUNT.applications
    return rx.cond(
        mine.length() > 0,
        section(
            t("applications.mine"),
            rx.el.p(t("applications.mineHint"), class_name="meta"),
            rx.el.ul(rx.foreach(mine, _application), class_name="rows"),
        ),
    )


def _application(application: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(application.name),
            rx.el.ul(
                rx.foreach(application.scopes, lambda scope: rx.el.li(t_in("consent.scopes", scope), key=scope)),
                class_name="meta",
            ),
            rx.el.p(t("applications.granted", at=full_time(application.granted_at)), class_name="meta"),
        ),
        button(
            t("applications.revoke"),
            kind="danger",
            aria_label=t("applications.revokeWhich", name=application.name),
            on_click=SecurityState.revoke_application(application.client),
        ),
        key=application.client,
    )
