"""The palette: one field that finds rooms, people, messages, pages and actions."""

from typing import Any, Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.acts.hits import HitVar
from chat_app.ui.acts.people import write_to
from chat_app.ui.acts.state import Acts
from chat_app.ui.components.controls import icon
from chat_app.ui.components.display import avatar, badge
from chat_app.ui.i18n import t
from chat_app.ui.live.room_shapes import SidebarVar
from chat_app.ui.live.shapes import PersonVar
from chat_app.ui.palette import acts
from chat_app.ui.palette.actions import actions
from chat_app.ui.palette.options import CHOSEN, PALETTE, QUERY, SCRIPT, option

PAUSE: Final = 150  # ms without a further letter
_LIST: Final = "palette-list"
_IS_OPEN: rx.Var[bool] = js.value(SCRIPT, "usePalette", "open", bool)
_ROOMS: rx.Var[list[SidebarVar]] = js.value(SCRIPT, "usePalette", "rooms", list[SidebarVar])


def palette() -> rx.Component:
    """Return the closed palette."""
    return rx.el.dialog(
        rx.el.div(
            icon("search"),
            rx.el.input(
                placeholder=t("palette.hint"),
                role="combobox",
                aria_label=t("palette.title"),
                aria_controls=_LIST,
                aria_expanded=True,
                custom_attrs={"aria-activedescendant": CHOSEN, "aria-autocomplete": "list", "autocomplete": "off"},
                on_change=acts.seek.debounce(PAUSE),
                **js.props(SCRIPT, "inputProps"),
            ),
            class_name="palette-field",
        ),
        rx.el.div(
            rx.cond(_IS_OPEN, _found()),
            id=_LIST,
            role="listbox",
            aria_label=t("palette.title"),
            class_name="palette-list",
            **js.props(SCRIPT, "listProps"),
        ),
        id=PALETTE,
        class_name="dialog palette",
        aria_label=t("palette.title"),
        **js.props(SCRIPT, "dialogProps"),
    )


def _found() -> rx.Component:
    people, hits = Acts.sought.people, Acts.sought.hits
    empty = QUERY.strip() == ""
    heading = rx.cond(empty, t("palette.recent"), t("search.rooms"))
    is_about = js.result(SCRIPT, "isAbout", bool, Acts.sought.words, QUERY)
    return rx.fragment(
        rx.cond(_ROOMS.length() > 0, _group("rooms", heading, rx.foreach(_ROOMS, _room))),
        rx.cond(is_about & (people.length() > 0), _group("people", t("search.people"), rx.foreach(people, _person))),
        actions(),
        rx.cond(is_about & (hits.length() > 0), _group("messages", t("search.messages"), rx.foreach(hits, _hit))),
        rx.cond(empty, None, _search()),
    )


def _group(name: str, title: rx.Var[str], options: rx.Component) -> rx.Component:
    heading = f"palette-{name}"
    return rx.el.div(
        rx.el.div(title, id=heading, class_name="menu-heading"), options, role="group", aria_labelledby=heading
    )


def _room(room: rx.Var[SidebarVar]) -> rx.Component:
    person = room.person
    symbol = rx.match(
        room.kind,
        ("direct", avatar(person.id, person.name, person.color, person.avatar, "small")),
        ("group", icon("users", 16)),
        ("chat", icon("message-square", 16)),
        icon("hash", 16),
    )
    return option(
        "palette-" + room.id,
        symbol,
        rx.el.span(room.name, class_name="truncate"),
        rx.cond(room.unread != "", badge(room.unread, kind="accent")),
        key=room.id,
        on_click=js.call("live/store.js", "tell", "navigate", room.href),
    )


def _person(person: rx.Var[PersonVar]) -> rx.Component:
    return option(
        "palette-" + person.id,
        avatar(person.id, person.name, person.color, person.avatar, "small"),
        rx.el.span(person.name, class_name="truncate"),
        rx.el.span("@", person.username, class_name="meta truncate"),
        key=person.id,
        on_click=write_to(person.username),
    )


def _hit(hit: rx.Var[HitVar]) -> rx.Component:
    return option(
        "palette-" + hit.id,
        icon("text", 16),
        rx.el.span(rx.foreach(hit.excerpt, _part), class_name="truncate"),
        rx.el.span(rx.cond(hit.author.name != "", hit.author.name, t("people.gone")), class_name="meta palette-author"),
        key=hit.id,
        on_click=js.call("live/store.js", "tell", "navigate", "/r/" + hit.room + "?m=" + hit.id),
    )


def _part(part: Any) -> rx.Component:
    return rx.cond(part.hit, rx.el.mark(part.text), rx.el.span(part.text))


def _search() -> rx.Component:
    """Return what leads to all messages with the typed words."""
    return option(
        "palette-search",
        icon("text-search", 16),
        rx.el.span(t("search.among", words=QUERY.strip()), class_name="truncate"),
        on_click=js.call(SCRIPT, "search"),
    )
