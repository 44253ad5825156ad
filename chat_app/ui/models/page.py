"""The page ``/admin/models``, where the site's admins connect providers and choose what is offered."""

import reflex as rx

from chat_app.ui.components.controls import button, link_button
from chat_app.ui.components.display import empty, skeleton
from chat_app.ui.i18n import t
from chat_app.ui.layouts.shell import shell
from chat_app.ui.layouts.sidebar import sidebar_button
from chat_app.ui.models.catalogue import catalogue
from chat_app.ui.models.connections import connections
from chat_app.ui.models.state import ModelsState


def page() -> rx.Component:
    """Return the page."""
    absent = empty(t("notFound.hint"), link_button(t("notFound.home"), href="/"))
    failed = empty(t("models.failedTitle"), button(t("common.retry"), on_click=ModelsState.load))
    return shell(
        rx.el.header(sidebar_button(), rx.el.h1(t("models.title")), class_name="room-header"),
        rx.el.div(
            rx.el.div(
                rx.match(
                    ModelsState.status,
                    ("ready", rx.fragment(connections(), catalogue())),
                    ("absent", absent),
                    ("failed", failed),
                    _loading(),
                ),
                class_name="settings models",
            ),
            class_name="scrolls",
        ),
    )


def _loading() -> rx.Component:
    lines = [skeleton("100%", "96px"), *(skeleton("100%", "44px") for _ in range(3))]
    return rx.el.div(*lines, class_name="form", aria_busy=True, aria_label=t("common.loading"), role="status")
