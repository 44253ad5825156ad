"""Receipts of the newest message."""

import reflex as rx

from chat_app.ui.components.controls import icon
from chat_app.ui.components.display import avatar
from chat_app.ui.conversation.history.reactions import listed
from chat_app.ui.i18n import t
from chat_app.ui.live.vars import RECEIPT


def receipt() -> rx.Component:
    """Return the end of the line below the messages, which is always rendered, so that nothing moves.

    In a small room it shows the pictures of people who have read the newest message; in a large one their number, to
    its author.
    """
    names = t("receipts.readBy", names=listed(RECEIPT.names))
    read = rx.fragment(
        rx.el.span(names, class_name="visually-hidden"),
        icon("check-check", 14),
        rx.el.span(
            rx.foreach(
                RECEIPT.faces,
                lambda each: avatar(each.id, each.name, each.color, each.avatar, size="small"),
            ),
            rx.cond(RECEIPT.more > 0, rx.el.span("+", RECEIPT.more, class_name="face-more")),
            class_name="faces",
            aria_hidden=True,
        ),
    )
    shown = rx.match(
        RECEIPT.how,
        ("read", read),
        ("delivered", rx.fragment(icon("check-check", 14), t("receipts.delivered"))),
        ("counted", rx.fragment(icon("check-check", 14), t("receipts.counted", n=RECEIPT.count, of=RECEIPT.of))),
        rx.fragment(icon("check", 14), t("receipts.sent")),
    )
    return rx.cond(
        RECEIPT,
        rx.el.p(shown, class_name="receipt meta", title=rx.cond(RECEIPT.how == "read", names, "")),
    )
