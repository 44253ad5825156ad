"""The page ``/admin/models``, where the site's admins connect providers and choose the offered models."""

import reflex as rx

from chat_app.ui.administration.frame import admin_page, by_status
from chat_app.ui.i18n import t
from chat_app.ui.models.catalogue import catalogue
from chat_app.ui.models.connections import connections
from chat_app.ui.models.state import ModelsState


def page() -> rx.Component:
    """Return the page."""
    content = rx.fragment(connections(), catalogue())
    return admin_page(
        t("models.title"),
        rx.el.div(by_status(ModelsState.status, content, ModelsState.load), class_name="settings models"),
    )
