"""Lists of people: members, join requests, bans."""

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import icon_button
from chat_app.ui.components.display import avatar, person_avatar
from chat_app.ui.components.floating import opens
from chat_app.ui.i18n import t, t_in
from chat_app.ui.live.shapes import MemberVar, PersonVar
from chat_app.ui.live.vars import BANS, IS_DIRECT, ME, MEMBERS, PRESENCE, REQUESTS, ROOM
from chat_app.ui.members import acts
from chat_app.ui.members.card import CARD


def member_list() -> rx.Component:
    """Return the list of members; each opens the person's card."""
    return rx.el.ul(rx.foreach(MEMBERS, _member), class_name="member-list")


def request_list() -> rx.Component:
    """Return the list of join requests, for members who may approve them."""
    return rx.cond(
        ROOM.can_manage_members & (REQUESTS.length() > 0),
        rx.el.section(
            rx.el.h3(t("members.requests"), " ", rx.el.span(REQUESTS.length(), class_name="badge accent")),
            rx.el.ul(rx.foreach(REQUESTS, _request), class_name="member-list"),
        ),
    )


def ban_list() -> rx.Component:
    """Return the list of people who are banned from the room."""
    return rx.cond(
        BANS.length() == 0,
        rx.el.p(t("members.noBans"), class_name="meta"),
        rx.el.ul(rx.foreach(BANS, _ban), class_name="member-list"),
    )


def _member(member: rx.Var[MemberVar]) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            person_avatar(member, PRESENCE[member.id]["state"].to(str)),
            _names(member),
            rx.cond(member.id == ME.id, rx.el.span(t("drawer.you"), class_name="meta")),
            rx.cond(IS_DIRECT, None, rx.el.span(t_in("roles", member.role), class_name="meta role")),
            type="button",
            class_name="member",
            custom_attrs=opens(CARD),
            on_click=js.call("members/card.js", "chooseMember", member.id),
        ),
        key=member.id,
    )


def _request(person: rx.Var[PersonVar]) -> rx.Component:
    return rx.el.li(
        *_who(person),
        icon_button("check", t("members.letIn", name=person.name), on_click=acts.approve_request(ROOM.id, person.id)),
        icon_button(
            "x", t("members.turnAway", name=person.name), tip="end", on_click=acts.decline_request(ROOM.id, person.id)
        ),
        key=person.id,
    )


def _ban(person: rx.Var[PersonVar]) -> rx.Component:
    return rx.el.li(
        *_who(person),
        icon_button("undo-2", t("members.unban", name=person.name), tip="end", on_click=acts.unban(ROOM.id, person.id)),
        key=person.id,
    )


def _who(person: rx.Var[PersonVar]) -> tuple[rx.Component, rx.Component]:
    return (
        avatar(person.id, person.name, person.color, person.avatar),
        _names(person),
    )


def _names(person: rx.Var[PersonVar]) -> rx.Component:
    return rx.el.span(
        rx.el.span(person.name, class_name="truncate"),
        rx.el.span("@", person.username, class_name="meta truncate"),
        class_name="who",
    )
