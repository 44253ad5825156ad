"""Show the message that a message replies to, above it."""

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import icon
from chat_app.ui.i18n import t
from chat_app.ui.live.shapes import RowVar


def quote(row: rx.Var[RowVar]) -> rx.Component:
    """Return the beginning of the message that a message replies to."""
    hidden = rx.el.p(icon("reply", 14), rx.el.span(t("message.quoteHidden"), class_name="truncate"), class_name="quote")
    author = rx.cond(row.reply.author, row.reply.author, rx.cond(row.reply.ai, "AI", t("people.gone")))
    shown = rx.el.p(
        icon("reply", 14),
        rx.el.b(rx.el.bdi(author), class_name="truncate"),
        rx.el.span(
            rx.cond(
                row.reply.veiled,
                t("message.veiled"),
                rx.cond(row.reply.text != "", _with_names(row.reply.text), t("message.quoteDeleted")),
            ),
            class_name="truncate",
            dir="auto",
        ),
        class_name="quote",
    )
    return rx.cond(row.reply.hidden, hidden, shown)


def _with_names(text: rx.Var[str]) -> rx.Var[str]:
    return js.result("live/people.js", "withNames", str, text)
