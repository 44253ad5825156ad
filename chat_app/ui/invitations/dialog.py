"""The dialog that invites people to a room: one by one, a whole group, or by a link."""

import reflex as rx

from chat_app.core.access.features import Feature
from chat_app.ui.acts.state import Acts
from chat_app.ui.components.controls import button, icon, icon_button, link
from chat_app.ui.components.display import who
from chat_app.ui.components.floating import closes, dialog
from chat_app.ui.components.forms import FormVars, whole_error
from chat_app.ui.components.person_field import person_field
from chat_app.ui.i18n import t, t_in
from chat_app.ui.invitations import acts
from chat_app.ui.invitations.links import links
from chat_app.ui.invitations.newcomers import newcomers
from chat_app.ui.invitations.parts import role_select, room_field, select
from chat_app.ui.live.features import is_on
from chat_app.ui.live.room_shapes import GroupVar, InvitationVar, InviteOutcomeVar
from chat_app.ui.live.vars import ASKED, GROUPS, PENDING, ROOM

_PERSON = FormVars("invitePerson", state=Acts, send=acts.invite_person)
_GROUP = FormVars("inviteGroup", state=Acts, send=acts.invite_a_group)


def invite_dialog() -> rx.Component:
    """Return the dialog, closed."""
    return dialog("invite", t("invite.title"), newcomers(), _person(), _results(), _group(), _pending(), _links())


def _links() -> rx.Component:
    return rx.cond(is_on(Feature.INVITE_LINKS), links())


def _person() -> rx.Component:
    return _PERSON.element(
        room_field(),
        person_field("invite", "to", t("invite.to"), error=_PERSON.error("to")),
        whole_error(_PERSON),
        rx.el.div(
            role_select(),
            button(icon("send", 16), t("invite.ask"), kind="primary", type="submit", busy=_PERSON.busy()),
            class_name="form-line",
        ),
        empties=True,
        class_name="form",
    )


def _group() -> rx.Component:
    return rx.el.section(
        rx.el.h3(t("invite.group")),
        rx.cond(
            GROUPS.length() == 0,
            rx.el.p(t("invite.noGroups"), " ", _to_groups(t("invite.makeGroup")), class_name="meta"),
            _GROUP.element(
                room_field(),
                whole_error(_GROUP),
                rx.el.div(
                    select("group", t("groups.group"), rx.foreach(GROUPS, _option)),
                    role_select(),
                    button(t("invite.askGroup"), type="submit", busy=_GROUP.busy()),
                    class_name="form-line",
                ),
                rx.el.p(_to_groups(t("groups.manage")), class_name="meta"),
                class_name="form",
            ),
        ),
    )


def _to_groups(words: rx.Var[str]) -> rx.Component:
    return link(words, href="/groups", custom_attrs=closes())


def _option(group: rx.Var[GroupVar]) -> rx.Component:
    return rx.el.option(t("groups.option", name=group.name, people=group.people), value=group.id, key=group.id)


def _results() -> rx.Component:
    """Return the outcome of each invitation."""
    return rx.el.ul(rx.foreach(ASKED, _result), class_name="results", aria_live="polite")


def _result(asked: rx.Var[InviteOutcomeVar]) -> rx.Component:
    symbols = rx.match(
        asked.outcome,
        ("invited", icon("check", 16)),
        ("mailed", icon("mail", 16)),
        ("blocked", icon("ban", 16)),
        ("banned", icon("ban", 16)),
        icon("info", 16),
    )
    return rx.el.li(
        symbols,
        rx.el.span(rx.cond(asked.person, asked.person.name, asked.address), class_name="truncate"),
        rx.el.span(t_in("outcomes", asked.outcome), class_name="meta"),
        key=rx.cond(asked.person, asked.person.id, asked.address),
    )


def _pending() -> rx.Component:
    return rx.cond(
        PENDING.length() > 0,
        rx.el.section(
            rx.el.h3(t("invite.pending")),
            rx.el.ul(rx.foreach(PENDING, _invited), class_name="member-list"),
        ),
    )


def _invited(invitation: rx.Var[InvitationVar]) -> rx.Component:
    person = invitation.person
    return rx.el.li(
        who(person),
        rx.el.span(t_in("roles", invitation.role), class_name="meta role"),
        icon_button("x", t("invite.cancel"), tip="end", on_click=acts.cancel(ROOM.id, invitation.id)),
        key=invitation.id,
    )
