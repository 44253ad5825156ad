"""The page ``/people``: search, contacts, and the selection for a group chat."""

import reflex as rx

from chat_app.core.rooms.rules import NAME_MAX
from chat_app.ui.components.controls import button, icon, icon_button, link
from chat_app.ui.components.display import empty, person_avatar, skeleton
from chat_app.ui.components.forms import FormVars
from chat_app.ui.i18n import t
from chat_app.ui.layouts.shell import shell
from chat_app.ui.layouts.sidebar import sidebar_button
from chat_app.ui.live.shapes import PersonVar
from chat_app.ui.live.vars import PRESENCE
from chat_app.ui.people import acts
from chat_app.ui.people.state import PeopleState

PAUSE = 150  # ms without a further letter
_GROUP = FormVars("group", state=PeopleState, send=PeopleState.start_group)


def page() -> rx.Component:
    """Return the page."""
    return shell(
        rx.el.header(sidebar_button(), rx.el.h1(t("people.title")), class_name="room-header"),
        rx.el.div(
            rx.el.div(
                _search(),
                rx.match(
                    PeopleState.status,
                    ("ready", _list()),
                    ("failed", empty(t("people.failed"), button(t("common.retry"), on_click=PeopleState.load))),
                    _loading(),
                ),
                rx.cond(PeopleState.chosen.length() > 0, _group()),
                class_name="settings people",
            ),
            class_name="scrolls",
        ),
    )


def _search() -> rx.Component:
    return rx.el.label(
        icon("search"),
        rx.el.input(
            type="search",
            placeholder=t("people.searchHint"),
            aria_label=t("people.search"),
            id="people-search",
            auto_focus=True,
            auto_complete="off",
            on_mount=PeopleState.search(""),
            on_change=PeopleState.search.debounce(PAUSE),
        ),
        class_name="search-field",
    )


def _list() -> rx.Component:
    searching, people = PeopleState.searching, PeopleState.people
    return rx.el.section(
        rx.cond(searching, None, rx.el.h2(t("people.contacts"))),
        rx.cond(
            people.length() == 0,
            rx.el.p(rx.cond(searching, t("people.nobody"), t("people.noContacts")), class_name="meta", role="status"),
            rx.el.ul(rx.foreach(people, _person), class_name="member-list"),
        ),
    )


def _person(person: rx.Var[PersonVar]) -> rx.Component:
    return rx.el.li(
        person_avatar(person, PRESENCE[person.id]["state"].to(str)),
        rx.el.span(
            link(person.name, href="/u/" + person.username, class_name="author truncate"),
            rx.el.span("@", person.username, class_name="meta truncate"),
            class_name="who",
        ),
        icon_button("message-circle", t("people.message"), on_click=acts.write_to(person.username)),
        rx.cond(
            PeopleState.chosen_ids.contains(person.id), _choice("check", True, person), _choice("plus", False, person)
        ),
        key=person.id,
    )


def _choice(symbol: str, chosen: bool, person: rx.Var[PersonVar]) -> rx.Component:
    return icon_button(
        symbol,
        t("people.unchoose") if chosen else t("people.choose"),
        tip="end",
        class_name="accent" if chosen else "",
        aria_pressed=chosen,
        on_click=PeopleState.choose(person.id),
    )


def _group() -> rx.Component:
    """Return those who are chosen, and the way to a chat with all of them."""
    error = _GROUP.error("name")
    return rx.el.section(
        rx.el.h2(t("people.group")),
        rx.el.p(t("people.groupHint"), class_name="meta"),
        rx.el.ul(rx.foreach(PeopleState.chosen, _chip), class_name="chips"),
        _GROUP.element(
            rx.el.input(
                name="name",
                placeholder=t("people.groupName"),
                aria_label=t("people.groupName"),
                aria_invalid=error != "",
                class_name="input",
                max_length=NAME_MAX,
            ),
            button(
                t("people.startGroup", count=PeopleState.chosen.length()),
                kind="primary",
                type="submit",
                busy=_GROUP.busy(),
            ),
            rx.el.p(error, _GROUP.error(), class_name="error", role="alert"),
            class_name="group-start",
        ),
        class_name="group-chosen",
    )


def _chip(person: rx.Var[PersonVar]) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            person.name,
            icon("x", 14),
            type="button",
            class_name="chip",
            aria_label=t("people.takeOut", name=person.name),
            on_click=PeopleState.choose(person.id),
        ),
        key=person.id,
    )


def _loading() -> rx.Component:
    lines = [skeleton(width, "36px") for width in ("80%", "60%", "70%")]
    return rx.el.div(*lines, class_name="form", aria_busy=True, aria_label=t("common.loading"), role="status")
