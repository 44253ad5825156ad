"""The page ``/u/[username]``: a person, and what can be done about them."""

import reflex as rx

from chat_app.ui import js
from chat_app.ui.acts import people as acts
from chat_app.ui.components.controls import button, icon, link, link_button
from chat_app.ui.components.display import avatar, empty, notice, presence_words, skeleton
from chat_app.ui.components.floating import confirm, opens
from chat_app.ui.i18n import t
from chat_app.ui.layouts.shell import shell
from chat_app.ui.layouts.sidebar import sidebar_button
from chat_app.ui.live.vars import ME
from chat_app.ui.profile.state import ProfileState, SharedRoom
from chat_app.ui.safety.report import report_dialog, reports
from chat_app.ui.times import day_in_full

_BLOCK = "block-profile"
_PERSON = ProfileState.person


def page() -> rx.Component:
    """Return the page."""
    return shell(
        rx.el.header(sidebar_button(), rx.el.h1(t("people.profile")), class_name="room-header"),
        rx.el.div(
            rx.match(
                rx.cond(ProfileState.path == js.PATH, ProfileState.status, "loading"),
                ("ready", _ready()),
                ("absent", empty(t("people.absent"), link_button(t("people.search"), href="/people"))),
                ("failed", empty(t("people.failed"), button(t("common.retry"), on_click=ProfileState.load))),
                _loading(),
            ),
            class_name="scrolls",
        ),
    )


def _ready() -> rx.Component:
    return rx.el.div(
        rx.el.section(
            avatar(_PERSON.id, _PERSON.name, _PERSON.color, _PERSON.avatar, size="large"),
            rx.el.div(
                rx.el.h2(_PERSON.name),
                rx.el.p("@", _PERSON.username, class_name="meta"),
                rx.cond(
                    _PERSON.presence != "",
                    rx.el.p(presence_words(_PERSON.presence, _PERSON.seen), class_name="meta"),
                ),
                rx.el.p(t("people.since", date=day_in_full(_PERSON.since)), class_name="meta"),
            ),
            class_name="person-card",
        ),
        rx.cond(ME.id == _PERSON.id, _own(), _other()),
        class_name="settings",
    )


def _own() -> rx.Component:
    return rx.el.section(
        rx.el.p(t("people.own"), class_name="meta"),
        rx.el.div(link_button(icon("pencil", 16), t("people.edit"), href="/settings"), class_name="buttons"),
    )


def _other() -> rx.Component:
    return rx.fragment(
        rx.el.section(rx.cond(_PERSON.blocked, _when_blocked(), _what_one_can_do())),
        rx.cond(
            _PERSON.rooms.length() > 0,
            rx.el.section(
                rx.el.h2(t("people.sharedRooms")),
                rx.el.ul(rx.foreach(_PERSON.rooms, _room), class_name="plain-list"),
            ),
        ),
        confirm(_BLOCK, "people.block", on_click=[acts.block(_PERSON.username), ProfileState.load]),
        report_dialog(),
    )


def _room(room: rx.Var[SharedRoom]) -> rx.Component:
    return rx.el.li(link(room.name, href="/r/" + room.id), key=room.id)


def _what_one_can_do() -> rx.Component:
    message = button(
        icon("message-circle", 16),
        t("people.message"),
        kind="primary",
        on_click=acts.write_to(_PERSON.username),
    )
    contact = button(  # one for both, so that it keeps the focus
        rx.cond(_PERSON.contact, icon("user-minus", 16), icon("user-plus", 16)),
        rx.cond(_PERSON.contact, t("people.letGo"), t("people.keep")),
        on_click=ProfileState.keep(~_PERSON.contact),
    )
    block = button(icon("ban", 16), t("people.block"), kind="danger", custom_attrs=opens(_BLOCK))
    return rx.fragment(
        rx.el.div(message, contact, class_name="buttons"), rx.el.div(block, _report(), class_name="buttons")
    )


def _report() -> rx.Component:
    return button(icon("flag", 16), t("safety.report"), custom_attrs=reports("user", _PERSON.id))


def _when_blocked() -> rx.Component:
    unblock = [acts.unblock(_PERSON.username), ProfileState.load]
    return rx.fragment(
        notice(t("people.blockedNote")),
        rx.el.div(button(t("people.unblock"), on_click=unblock), _report(), class_name="buttons"),
    )


def _loading() -> rx.Component:
    lines = [skeleton("72px", "72px", round=True), skeleton("40%", "28px"), skeleton("30%"), skeleton("60%", "36px")]
    return rx.el.div(*lines, class_name="settings form", aria_busy=True, aria_label=t("common.loading"), role="status")
