"""A picture that a model draws: a placeholder, then the picture, and its prompt below."""

import reflex as rx

from chat_app.ui.components.controls import icon
from chat_app.ui.conversation.translation import translation
from chat_app.ui.files.shown import files
from chat_app.ui.i18n import t
from chat_app.ui.live.shapes import RowVar


def drawing(row: rx.Var[RowVar]) -> rx.Component:
    """Return a picture with its prompt; while it is being drawn, its place."""
    state = rx.cond(
        row.before > 0,
        t("message.waiting", count=row.before),
        rx.cond(row.status == "queued", t("message.willDraw"), t("message.drawing")),
    )
    place = rx.el.div(
        icon("paintbrush", 20), rx.el.p(state, class_name="thinking", role="status"), class_name="picture-place"
    )
    prompt = rx.el.p(rx.cond(row.viewing, row.viewed, row.text), class_name="picture-prompt", dir="auto")
    return rx.el.div(rx.cond(row.waiting, place, files(row)), prompt, translation(row), class_name="drawing")
