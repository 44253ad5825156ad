"""The link by which a file is downloaded."""

import reflex as rx

from chat_app.ui.components.controls import icon, link
from chat_app.ui.i18n import t


def download_link(name: rx.Var[str], href: rx.Var[str]) -> rx.Component:
    """Return the link by which a file is downloaded."""
    words = t("files.download", name=name)
    attrs = {"data-tip": words, "data-side": "end", "download": "", "aria-label": words}
    return link(icon("download"), href=href, class_name="icon-button", reload_document=True, custom_attrs=attrs)
