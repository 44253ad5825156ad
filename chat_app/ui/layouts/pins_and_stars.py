"""Pins and stars: the room's pinned messages, and the person's starred ones."""

from typing import Any, Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import icon, icon_button, link_button
from chat_app.ui.components.display import avatar, empty, skeleton
from chat_app.ui.components.floating import closes, dialog, opens
from chat_app.ui.components.markdown import markdown
from chat_app.ui.i18n import t
from chat_app.ui.live.shapes import CardVar
from chat_app.ui.live.vars import PINS, PINS_KNOWN, ROOM, STARS, STARS_KNOWN
from chat_app.ui.times import full_time, relative_time
from chat_app.ui.transport.state import FeedState

PINS_PANEL: Final = "pins"
_STARS: Final = "stars"


def pins_button() -> rx.Component:
    """Return what opens the room's pinned messages."""
    return icon_button(
        "pin",
        t("marks.pins"),
        tip="bottom",
        custom_attrs={"popovertarget": PINS_PANEL},
        on_click=FeedState.load_pins(ROOM.id),
    )


def pins_panel() -> rx.Component:
    """Return the room's pinned messages, in a panel on the right that is closed at first."""
    hide = {"popovertarget": PINS_PANEL, "popovertargetaction": "hide"}
    return rx.el.aside(
        rx.el.header(rx.el.h2(t("marks.pins")), icon_button("x", t("common.close"), tip="left", custom_attrs=hide)),
        _cards(PINS_KNOWN, PINS, _pin, empty(t("marks.noPins"), symbol="pin")),
        id=PINS_PANEL,
        class_name="drawer",
        aria_label=t("marks.pins"),
        custom_attrs={"popover": "auto"},
    )


def stars_button() -> rx.Component:
    """Return what opens the messages that the person has marked."""
    return rx.el.button(
        icon("star", 16),
        t("marks.stars"),
        type="button",
        class_name="sidebar-link",
        custom_attrs=opens(_STARS),
        on_click=FeedState.load_stars,
    )


def stars_dialog() -> rx.Component:
    """Return the messages that the person has marked, from all rooms."""
    search = link_button(t("marks.searchMessages"), href="/search", custom_attrs=closes())
    return dialog(
        _STARS,
        t("marks.stars"),
        rx.el.p(t("marks.starsHint"), class_name="meta"),
        _cards(STARS_KNOWN, STARS, _star, empty(t("marks.noStars"), search, symbol="star")),
        class_name="dialog wide",
    )


def _cards(known: rx.Var[bool], cards: rx.Var[list[CardVar]], card: Any, nothing: rx.Component) -> rx.Component:
    waiting = rx.el.div(*(skeleton(width) for width in ("40%", "92%", "68%")), class_name="card-list loading")
    several = rx.el.ul(rx.foreach(cards, card), class_name="card-list")
    return rx.cond(known, rx.cond(cards.length() > 0, several, nothing), waiting)


def _pin(card: rx.Var[CardVar]) -> rx.Component:
    unpin = icon_button(
        "pin-off",
        t("marks.unpin"),
        tip="end",
        size=16,
        on_click=js.call("live/marks.js", "giveMark", card.id, "pin", False),
    )
    return _card(card, rx.cond(ROOM & ROOM.can_pin, unpin))


def _star(card: rx.Var[CardVar]) -> rx.Component:
    return _card(
        card,
        icon_button(
            "star-off",
            t("marks.unstar"),
            tip="end",
            size=16,
            on_click=js.call("live/pins_and_stars.js", "unmark", card.id),
        ),
    )


def _card(card: rx.Var[CardVar], act: Any) -> rx.Component:
    """Return a message, cut short; pressing it goes there."""
    picture = rx.cond(
        card.ai,
        rx.el.span(icon("sparkles", 14), class_name="avatar small ai", aria_hidden=True),
        avatar(card.author.id, card.author.name, card.author.color, card.author.avatar, size="small"),
    )
    name = rx.cond(card.name != "", card.name, rx.cond(card.ai, "AI", t("people.gone")))
    return rx.el.li(
        rx.el.p(
            picture,
            rx.el.b(rx.el.bdi(name), class_name="truncate"),
            rx.cond(card.room_name != "", rx.el.span(card.room_name, class_name="meta truncate")),
            rx.el.time(relative_time(card.at), class_name="meta", date_time=card.at, title=full_time(card.at)),
            class_name="card-head",
        ),
        rx.el.div(
            markdown(card.text, ~card.ai, people=card.mentions), class_name="card-text", custom_attrs={"inert": True}
        ),
        rx.el.button(
            rx.el.span(t("marks.goTo", name=name), class_name="visually-hidden"),
            type="button",
            class_name="card-link",
            on_click=js.call("conversation/reveal.js", "reveal", card.room, card.id),
        ),
        act,
        class_name="card",
        key=card.id,
    )
