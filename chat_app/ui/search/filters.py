"""The search form: words, room, author, dates. The browser keeps them in the page's address."""

from typing import Any

import reflex as rx

from chat_app.core.search.rules import QUERY_MAX
from chat_app.ui.components.controls import icon
from chat_app.ui.components.forms import HAS_KEYBOARD
from chat_app.ui.i18n import t
from chat_app.ui.live.room_shapes import SidebarVar
from chat_app.ui.live.vars import ROOMS
from chat_app.ui.search.state import SearchState


class _SearchForm(rx.Component):
    """The form with the browser's part."""

    library = "$/public/search/filters.js"
    tag = "SearchForm"

    on_search: rx.EventHandler[rx.event.passthrough_event_spec(dict[str, Any])]


def filters() -> rx.Component:
    """Return the form, which looks while one types."""
    return _SearchForm.create(
        rx.el.label(
            icon("search"),
            rx.el.span(t("search.title"), class_name="visually-hidden"),
            rx.el.input(
                type="search",
                name="q",
                placeholder=t("search.placeholder"),
                max_length=QUERY_MAX,
                auto_focus=HAS_KEYBOARD,
                auto_complete="off",
            ),
            class_name="search-field",
        ),
        rx.el.div(
            _labelled("room", _rooms()),
            _labelled("from", _input("from", placeholder=t("search.fromHint"), auto_capitalize="none")),
            _labelled("after", _input("after", type="date")),
            _labelled("before", _input("before", type="date")),
            class_name="search-filters",
        ),
        rx.el.div(*map(_check, ("image", "file", "audio", "starred")), class_name="search-checks"),
        custom_attrs={"role": "search"},
        on_search=SearchState.search,
    )


def _rooms() -> rx.Component:
    return rx.el.select(
        rx.el.option(t("search.everywhere"), value=""),
        rx.foreach(ROOMS, _room),
        name="room",
        id="search-room",
        class_name="input",
    )


def _room(room: rx.Var[SidebarVar]) -> rx.Component:
    return rx.el.option(room.name, value=room.id, key=room.id)


def _input(name: str, **props: Any) -> rx.Component:
    return rx.el.input(name=name, id=f"search-{name}", class_name="input", auto_complete="off", **props)


def _labelled(name: str, control: rx.Component) -> rx.Component:
    return rx.el.div(rx.el.label(t(f"search.{name}"), html_for=f"search-{name}", class_name="meta"), control)


def _check(name: str) -> rx.Component:
    return rx.el.label(rx.el.input(type="checkbox", name=name), rx.el.span(t(f"search.{name}")), class_name="check")
