"""A member's card, with the changes that the viewer may make."""

from typing import Any

import reflex as rx

from chat_app.core.access.permissions import Role
from chat_app.ui.components.controls import button, icon, link_button
from chat_app.ui.components.display import avatar
from chat_app.ui.components.floating import confirm, dialog, opens
from chat_app.ui.i18n import t, t_in
from chat_app.ui.live.vars import MEMBER, ROOM
from chat_app.ui.members import acts

CARD = "member"
GIVEN = [role.value for role in Role if role is not Role.MASTER]


def member_card() -> rx.Component:
    """Return the card of the member chosen in the list, closed, with its confirmation dialogs."""
    return rx.fragment(
        dialog(CARD, t("members.card"), rx.cond(MEMBER, _contents())),
        _question("remove", acts.remove(ROOM.id, MEMBER.id)),
        _question("ban", acts.ban(ROOM.id, MEMBER.id)),
        _question("handOver", acts.hand_over(ROOM.id, MEMBER.id)),
    )


def _contents() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            avatar(MEMBER.id, MEMBER.name, MEMBER.color, MEMBER.avatar, "large"),
            rx.el.div(
                rx.el.b(MEMBER.name, class_name="truncate"),
                rx.el.span("@", MEMBER.username, class_name="meta truncate"),
                rx.cond(ROOM.direct, None, rx.el.span(t_in("roles", MEMBER.role), class_name="meta")),
                class_name="who",
            ),
            class_name="member-head",
        ),
        rx.cond(MEMBER.can_manage, _role()),
        rx.el.div(
            link_button(icon("user", 16), t("people.profile"), href="/u/" + MEMBER.username),
            rx.cond(MEMBER.can_succeed, _leads_to("crown", "handOver")),
            rx.cond(
                MEMBER.can_manage,
                rx.fragment(_leads_to("user-minus", "remove"), _leads_to("ban", "ban", kind="danger")),
            ),
            class_name="member-acts",
        ),
    )


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
