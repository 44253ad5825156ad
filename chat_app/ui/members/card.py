"""A person's card in a room: their profile, and the viewer's possible actions."""

from typing import Any

import reflex as rx

from chat_app.core.access.permissions import Role
from chat_app.ui.acts import people
from chat_app.ui.components.controls import button, icon, link_button
from chat_app.ui.components.display import person_avatar, presence_words
from chat_app.ui.components.floating import closes, confirm, dialog, opens
from chat_app.ui.i18n import t, t_in
from chat_app.ui.live.rights import rank_of
from chat_app.ui.live.vars import IS_DIRECT, ME, MEMBER, PRESENCE, ROOM
from chat_app.ui.members import acts
from chat_app.ui.profile.state import ProfileState

CARD = "member"
GIVEN = [role.value for role in Role if role is not Role.MASTER]
_KNOWN = ProfileState.person.id == MEMBER.id
_OWN = MEMBER.id == ME.id
_MANAGED = ROOM.can_manage_members & (MEMBER.role != "") & (rank_of(MEMBER.role) < rank_of(ROOM.role))


def member_card() -> rx.Component:
    """Return the card of the chosen person, closed, with its confirmation dialogs."""
    return rx.fragment(
        dialog(
            CARD,
            rx.cond(MEMBER & (MEMBER.role == ""), t("people.profile"), t("members.card")),
            _shown(),
            class_name="dialog sheet",
        ),
        _question("remove", acts.remove(ROOM.id, MEMBER.id)),
        _question("ban", acts.ban(ROOM.id, MEMBER.id)),
        _question("handOver", acts.hand_over(ROOM.id, MEMBER.id)),
        confirm("member-block", "people.block", on_click=people.block(MEMBER.username)),
    )


def _shown() -> rx.Component:
    return rx.cond(MEMBER, opened_card(key=MEMBER.opened))


@rx.memo
def opened_card() -> rx.Component:
    """Return the card.

    Each time it opens, it requests data from the server. It is a separate component: as a part of the room it would
    send only one request, when the room loads.
    """
    return rx.el.div(_contents(), on_mount=ProfileState.show(MEMBER.username))


def _contents() -> rx.Component:
    return rx.fragment(
        _head(),
        rx.el.div(rx.cond(_OWN, _own(), _other()), class_name="member-acts"),
        rx.cond(_MANAGED, _role()),
        rx.el.div(
            rx.cond(ROOM.can_transfer_room & (MEMBER.role != "") & ~_OWN, _leads_to("crown", "handOver")),
            rx.cond(
                _MANAGED,
                rx.fragment(_leads_to("user-minus", "remove"), _leads_to("ban", "ban", kind="danger")),
            ),
            class_name="member-acts",
        ),
    )


def _head() -> rx.Component:
    presence = PRESENCE[MEMBER.id]
    state, seen = presence["state"].to(str), presence["seen"].to(str)
    return rx.el.div(
        person_avatar(MEMBER, state, "large"),
        rx.el.div(
            rx.el.b(MEMBER.name, class_name="truncate"),
            rx.el.span("@", MEMBER.username, class_name="meta truncate"),
            rx.cond(IS_DIRECT | (MEMBER.role == ""), None, rx.el.span(t_in("roles", MEMBER.role), class_name="meta")),
            rx.cond(state, rx.el.span(presence_words(state, seen), class_name="meta")),
            class_name="who",
        ),
        class_name="member-head",
    )


def _own() -> rx.Component:
    return rx.fragment(_profile(), link_button(icon("pencil", 16), t("people.edit"), href="/settings"))


def _other() -> rx.Component:
    message = button(
        icon("message-circle", 16),
        t("people.message"),
        kind="primary",
        custom_attrs=closes(),
        on_click=people.write_to(MEMBER.username),
    )
    contact = ProfileState.person.contact & _KNOWN
    keep = button(  # one for both, so that it keeps the focus
        rx.cond(contact, icon("user-minus", 16), icon("user-plus", 16)),
        rx.cond(contact, t("people.letGo"), t("people.keep")),
        disabled=~_KNOWN,
        on_click=ProfileState.keep(~ProfileState.person.contact),
    )
    block = button(icon("ban", 16), t("people.block"), kind="danger", custom_attrs=opens("member-block"))
    unblock = button(icon("undo-2", 16), t("people.unblock"), on_click=people.unblock(MEMBER.username))
    return rx.cond(
        MEMBER.blocked,
        rx.fragment(unblock, _profile()),
        rx.fragment(rx.cond(IS_DIRECT, None, message), keep, _profile(), block),
    )


def _profile() -> rx.Component:
    return link_button(icon("user", 16), t("people.profile"), href="/u/" + MEMBER.username)


def _role() -> rx.Component:
    return rx.el.label(
        rx.el.span(t("members.role"), class_name="label"),
        rx.el.select(
            *(rx.el.option(t_in("roles", rx.Var.create(role)), value=role) for role in GIVEN),
            value=MEMBER.role,
            on_change=lambda role: acts.set_role(ROOM.id, MEMBER.id, role),
            class_name="input",
        ),
        rx.el.span(t_in("members.means", MEMBER.role), class_name="meta"),
        class_name="field",
    )


def _leads_to(symbol: str, act: str, kind: Any = "quiet") -> rx.Component:
    return button(icon(symbol, 16), t(f"members.{act}"), kind=kind, custom_attrs=opens(f"member-{act}"))


def _question(act: str, event: rx.event.EventSpec) -> rx.Component:
    return confirm(f"member-{act}", f"members.{act}", {"name": rx.cond(MEMBER, MEMBER.name, "")}, on_click=event)
