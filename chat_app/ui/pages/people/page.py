"""The page ``/people``: finding people, whom one keeps at hand, and choosing several for a group chat."""

from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData

from chat_app.core.rooms.rules import NAME_MAX
from chat_app.ui.components.controls import button, icon, icon_button, link
from chat_app.ui.components.display import empty, person_avatar, skeleton
from chat_app.ui.i18n import t
from chat_app.ui.layouts.shell import shell, sidebar_button
from chat_app.ui.live.shapes import PersonVar
from chat_app.ui.live.vars import PRESENCE, on_click, props

_MODULE = "people/search.js"


@dataclass
class FoundVar(PersonVar):
    """A person in the list; ``chosen`` for a group chat or not."""

    chosen: bool


def page() -> rx.Component:
    """Return the page."""
    return shell(
        rx.el.header(sidebar_button(), rx.el.h1(t("people.title")), class_name="room-header"),
        rx.el.div(
            rx.el.div(
                _search(),
                rx.match(
                    _people("status", str),
                    ("ready", _list()),
                    (
                        "failed",
                        empty(
                            t("people.failed"), button(t("common.retry"), special_props=[on_click(_MODULE, "retry")])
                        ),
                    ),
                    _loading(),
                ),
                rx.cond(_people("chosen.length", int) > 0, _group()),
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
            value=_people("query", str),
            placeholder=t("people.searchHint"),
            aria_label=t("people.search"),
            id="people-search",
            auto_focus=True,
            auto_complete="off",
            special_props=[props(_MODULE, "searchProps", "peopleSearch")],
        ),
        class_name="search-field",
    )


def _list() -> rx.Component:
    people = _people("people", list[FoundVar])
    searching = _people("searching", bool)
    return rx.el.section(
        rx.cond(searching, None, rx.el.h2(t("people.contacts"))),
        rx.cond(
            people.length() == 0,
            rx.el.p(rx.cond(searching, t("people.nobody"), t("people.noContacts")), class_name="meta", role="status"),
            rx.el.ul(rx.foreach(people, _person), class_name="member-list"),
        ),
    )


def _person(person: rx.Var[FoundVar]) -> rx.Component:
    return rx.el.li(
        person_avatar(person, PRESENCE[person.id]["state"].to(str)),
        rx.el.span(
            link(person.name, href="/u/" + person.username, class_name="author truncate"),
            rx.el.span("@", person.username, class_name="meta truncate"),
            class_name="who",
        ),
        icon_button(
            "message-circle", t("people.message"), special_props=[on_click(_MODULE, "message", person.username)]
        ),
        rx.cond(
            person.chosen,
            icon_button(
                "check",
                t("people.unchoose"),
                tip="end",
                class_name="accent",
                aria_pressed=True,
                special_props=[on_click(_MODULE, "toggle", person.id)],
            ),
            icon_button(
                "plus",
                t("people.choose"),
                tip="end",
                aria_pressed=False,
                special_props=[on_click(_MODULE, "toggle", person.id)],
            ),
        ),
        key=person.id,
    )


def _group() -> rx.Component:
    """Those who are chosen, and the way to a chat with all of them."""
    return rx.el.section(
        rx.el.h2(t("people.group")),
        rx.el.p(t("people.groupHint"), class_name="meta"),
        rx.el.ul(rx.foreach(_people("chosen", list[PersonVar]), _chip), class_name="chips"),
        rx.el.div(
            rx.el.input(
                value=_people("name", str),
                placeholder=t("people.groupName"),
                aria_label=t("people.groupName"),
                class_name="input",
                max_length=NAME_MAX,
                special_props=[props(_MODULE, "nameProps", "groupName")],
            ),
            button(
                t("people.startGroup", count=_people("chosen.length", int)),
                kind="primary",
                busy=_people("busy", bool),
                special_props=[on_click(_MODULE, "startGroup")],
            ),
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
            special_props=[on_click(_MODULE, "toggle", person.id)],
        ),
        key=person.id,
    )


def _loading() -> rx.Component:
    lines = [skeleton(width, "36px") for width in ("80%", "60%", "70%")]
    return rx.el.div(*lines, class_name="form", aria_busy=True, aria_label=t("common.loading"), role="status")


def _people(member: str, kind: Any) -> rx.Var[Any]:
    data = VarData(
        hooks={"const people = usePeople()": None}, imports={f"$/public/{_MODULE}": [ImportVar(tag="usePeople")]}
    )
    return rx.Var(f"people.{member}", _var_type=kind, _var_data=data).to(kind)
