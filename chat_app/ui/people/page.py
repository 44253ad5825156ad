"""The page ``/people``: search, contacts, the site's other people, and the selection for a group chat."""

import reflex as rx

from chat_app.core.access.features import Feature
from chat_app.core.rooms.rules import NAME_MAX
from chat_app.ui.acts import people as acts
from chat_app.ui.components.controls import AGAIN, button, icon, icon_button, link
from chat_app.ui.components.display import empty, person_avatar, skeleton
from chat_app.ui.components.floating import opens
from chat_app.ui.components.forms import HAS_KEYBOARD, FormVars
from chat_app.ui.i18n import t
from chat_app.ui.layouts.new_room import DIALOG as NEW_ROOM
from chat_app.ui.layouts.shell import shell
from chat_app.ui.layouts.sidebar import sidebar_button
from chat_app.ui.live.features import is_on
from chat_app.ui.live.shapes import PersonVar
from chat_app.ui.live.vars import PRESENCE
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
            key=PeopleState.cleared.to_string(),
            auto_focus=HAS_KEYBOARD,
            auto_complete="off",
            on_mount=PeopleState.search(""),
            on_change=PeopleState.search.debounce(PAUSE),
        ),
        class_name="search-field",
    )


def _list() -> rx.Component:
    people = PeopleState.people
    return rx.fragment(
        rx.cond(PeopleState.contacts.length() > 0, _section("people.contacts", PeopleState.contacts, _more_contacts())),
        rx.cond(
            people.length() > 0,
            rx.cond(PeopleState.searching, rx.el.section(_rows(people)), _section("people.others", people, _more())),
            rx.cond(PeopleState.searching, _nobody(), rx.cond(PeopleState.contacts.length() == 0, _alone())),
        ),
    )


def _section(title: str, people: rx.Var[list[PersonVar]], more: rx.Component) -> rx.Component:
    return rx.el.section(rx.el.h2(t(title)), _rows(people), more)


def _more_contacts() -> rx.Component:
    further = button(t("people.moreContacts"), on_click=PeopleState.show_more_contacts.throttle(AGAIN))
    return rx.cond(PeopleState.more_contacts, rx.el.div(further, class_name="show-more"))


def _more() -> rx.Component:
    further = button(t("common.more"), on_click=PeopleState.show_more.throttle(AGAIN))
    return rx.cond(PeopleState.more, rx.el.div(further, class_name="show-more"))


def _rows(people: rx.Var[list[PersonVar]]) -> rx.Component:
    return rx.el.ul(rx.foreach(people, _person), class_name="member-list")


def _nobody() -> rx.Component:
    everyone = button(t("people.showEveryone"), on_click=PeopleState.show_everyone)
    return rx.el.div(empty(t("people.nobody"), everyone), role="status")


def _alone() -> rx.Component:
    """Return the possible actions if there are no other accounts."""
    return empty(t("people.alone"), button(icon("plus", 16), t("shell.newRoom"), custom_attrs=opens(NEW_ROOM)))


def _person(person: rx.Var[PersonVar]) -> rx.Component:
    return rx.el.li(
        person_avatar(person, PRESENCE[person.id]["state"].to(str)),
        rx.el.span(
            link(person.name, href="/u/" + person.username, class_name="author truncate"),
            rx.el.span("@", person.username, class_name="meta truncate"),
            class_name="who",
        ),
        rx.cond(
            is_on(Feature.DIRECT),
            icon_button("message-circle", t("people.message"), on_click=acts.write_to(person.username)),
        ),
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
        on_click=PeopleState.choose(person.username),
    )


def _group() -> rx.Component:
    """Return the chosen people, and the button to start a chat with all of them."""
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
            on_click=PeopleState.choose(person.username),
        ),
        key=person.id,
    )


def _loading() -> rx.Component:
    lines = [skeleton(width, "36px") for width in ("80%", "60%", "70%")]
    return rx.el.div(*lines, class_name="form", aria_busy=True, aria_label=t("common.loading"), role="status")
