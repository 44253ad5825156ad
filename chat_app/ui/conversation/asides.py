"""Asides: the buttons that open one, and the notes in it."""

from typing import Any, Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import button, icon, icon_button, link
from chat_app.ui.conversation.text_button import text_button
from chat_app.ui.i18n import t
from chat_app.ui.live.shapes import RowVar
from chat_app.ui.live.vars import CAN_ASIDE, ROOM
from chat_app.ui.times import full_time
from chat_app.ui.transport.state import FeedState

_MODULE = "live/asides.js"
MUCH: Final = 5
"""The number of new messages from which on a summary is offered."""


def ask_aside() -> rx.Component:
    """Return the composer's button for a private question; it takes the draft along."""
    go = js.call(_MODULE, "openAside")
    return rx.cond(ROOM & CAN_ASIDE, icon_button("lock", t("aside.ask"), tip="top", size=16, on_click=go))


def summarise_missed(row: rx.Var[RowVar]) -> rx.Component:
    """Return the button that privately summarises the messages since the person last read, if these are many."""
    question = t("aside.missedQuestion", time=full_time(row.at))
    return rx.cond(
        ROOM & CAN_ASIDE & (row.missed >= MUCH),
        text_button(t("aside.missed"), js.call(_MODULE, "openAside", {"question": question})),
    )


def aside_title() -> rx.Component:
    """Return the name of the visible aside, after the way back to its parent."""
    return rx.fragment(
        link(
            icon("arrow-left", 16),
            ROOM.name,
            href="/r/" + ROOM.parent,
            class_name="aside-back",
            custom_attrs={"title": t("aside.back")},
        ),
        rx.el.span(icon("lock", 14), t("aside.title"), class_name="aside-title"),
    )


def aside_beginning() -> rx.Component:
    """Return the note and the suggestions of an aside in which nothing has been asked yet."""
    return rx.el.div(
        icon("lock", 28),
        rx.el.p(t("aside.beginning", room=ROOM.name)),
        rx.el.div(_suggestion(t("aside.summary")), _suggestion(t("aside.open")), class_name="suggestions"),
        class_name="empty",
    )


def _suggestion(question: rx.Var[str]) -> rx.Component:
    return button(question, on_click=js.call("live/actions.js", "post", question, None))


def publish_button(row: rx.Var[RowVar]) -> rx.Component:
    """Return the button that shows everybody in the parent an answer."""
    return rx.cond(
        row.can_publish,
        rx.el.p(
            text_button(t("aside.publish", room=ROOM.name), FeedState.publish(row.id)), class_name="message-state meta"
        ),
    )


def aside_items(row: Any, item: Any) -> rx.Component:
    """Return the items of a message's menu: ask about it privately; publish it."""
    about = js.call("conversation/reactions/picked.js", "askAboutPicked")
    publish = FeedState.publish(row.id)
    return rx.fragment(
        rx.cond(ROOM & CAN_ASIDE & ~row.live & (row.text != ""), item("lock", t("aside.askAbout"), on_click=about)),
        rx.cond(row.can_publish, item("megaphone", t("aside.publish", room=ROOM.name), on_click=publish)),
    )
