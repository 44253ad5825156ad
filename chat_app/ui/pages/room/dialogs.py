"""The room's dialogs: rename, invite, members, settings, leave, delete the room, delete a message."""

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData

from chat_app.ui.components.controls import button, icon, icon_button
from chat_app.ui.components.floating import closes, confirm, dialog
from chat_app.ui.components.forms import field
from chat_app.ui.conversation import acts
from chat_app.ui.feed.vars import LINKS, ME, MEMBERS, ROOM, LinkVar, MemberVar, on_click
from chat_app.ui.i18n import full_time, t, t_in
from chat_app.ui.layouts.new_room import field_error
from chat_app.ui.members.acts import hand_over_and_leave
from chat_app.ui.members.card import member_card
from chat_app.ui.members.settings import bans, room_settings

_SELECT_ALL = VarData(imports={"$/public/share.js": [ImportVar(tag="selectAll")]})


def room_dialogs() -> rx.Component:
    """All of them, closed."""
    return rx.cond(
        ROOM,
        rx.fragment(
            _describe(),
            _invite(),
            member_card(),
            room_settings(),
            bans(),
            rx.cond(
                (ROOM.role == "master") & (ROOM.people > 1),
                _leave_to_another(),
                confirm("leave-room", "drawer.leave", on_click=acts.leave(ROOM.id)),
            ),
            confirm("delete-room", "drawer.delete", on_click=acts.delete(ROOM.id)),
            confirm("delete-message", "message.delete", special_props=[on_click("take_back.js", "removeChosen")]),
        ),
    )


def _describe() -> rx.Component:
    return dialog(
        "describe",
        t("drawer.rename"),
        rx.el.form(
            _room_field(),
            field(
                "name",
                t("drawer.name"),
                error=field_error("name"),
                default_value=ROOM.name,
                required=True,
                max_length=80,
                key=ROOM.name,
            ),
            field(
                "description",
                t("drawer.description"),
                hint=t("drawer.descriptionHint"),
                error=field_error("description"),
                default_value=ROOM.description,
                max_length=500,
                key=ROOM.description,
            ),
            rx.el.div(
                button(t("common.cancel"), custom_attrs=closes()),
                button(t("common.save"), kind="primary", type="submit"),
                class_name="actions",
            ),
            on_submit=acts.describe,
            class_name="form",
        ),
    )


def _leave_to_another() -> rx.Component:
    """A master leaves others behind only with a master among them."""
    return dialog(
        "leave-room",
        t("drawer.leaveTitle"),
        rx.el.form(
            _room_field(),
            rx.el.p(t("members.leaveAsMaster")),
            rx.el.label(
                rx.el.span(t("members.heir"), class_name="label"),
                rx.el.select(
                    rx.foreach(MEMBERS, _heir), name="heir", required=True, class_name="input", auto_complete="off"
                ),
                class_name="field",
            ),
            rx.el.div(
                button(t("common.cancel"), custom_attrs=closes()),
                button(t("members.handOverAndLeave"), kind="danger primary", type="submit"),
                class_name="actions",
            ),
            on_submit=hand_over_and_leave,
            class_name="form",
        ),
        role="alertdialog",
    )


def _heir(member: rx.Var[MemberVar]) -> rx.Component:
    return rx.cond(member.id == ME.id, None, rx.el.option(f"{member.name} (@{member.username})", value=member.id))


def _room_field() -> rx.Component:
    """Tells a form's handler which room it is about; what the person may do there is checked by the server."""
    return rx.el.input(type="hidden", name="room", value=ROOM.id, read_only=True)


def _invite() -> rx.Component:
    return dialog(
        "invite",
        t("invite.title"),
        rx.el.p(t("invite.hint"), class_name="meta"),
        rx.el.ul(
            rx.cond(
                LINKS.length() == 0,
                rx.el.li(t("invite.none"), class_name="meta"),
                rx.foreach(LINKS, _link),
            ),
            class_name="link-list",
        ),
        rx.el.form(
            _room_field(),
            rx.el.div(
                _select(
                    "role", "invite.role", {"member": "roles.member", "guest": "roles.guest", "reader": "roles.reader"}
                ),
                _select(
                    "hours",
                    "invite.expires",
                    {"": "invite.never", "1": "invite.hour", "24": "invite.day", "168": "invite.week"},
                ),
                _select("uses", "invite.uses", {"": "invite.unlimited", "1": "invite.once", "10": "invite.ten"}),
                class_name="form-row",
            ),
            rx.el.div(button(icon("link", 16), t("invite.make"), kind="primary", type="submit"), class_name="actions"),
            on_submit=acts.make_link,
            class_name="form",
        ),
    )


def _select(name: str, label: str, options: dict[str, str]) -> rx.Component:
    return rx.el.label(
        rx.el.span(t(label), class_name="meta"),
        rx.el.select(
            *(rx.el.option(t(words), value=value) for value, words in options.items()), name=name, class_name="input"
        ),
    )


def _link(link: rx.Var[LinkVar]) -> rx.Component:
    uses = rx.cond(
        link.max_uses > 0,
        t("invite.used", uses=link.uses, max=link.max_uses),
        t("invite.usedFree", count=link.uses),
    )
    until = rx.cond(link.expires != "", t("invite.until", date=full_time(link.expires)), t("invite.forever"))
    return rx.el.li(
        rx.el.input(
            value=link.address,
            id=link.id,
            read_only=True,
            class_name="input",
            aria_label=t("invite.address"),
            special_props=[rx.Var("{onFocus: selectAll}", _var_data=_SELECT_ALL)],
        ),
        rx.el.p(t_in("roles", link.role), " · ", uses, " · ", until, class_name="meta"),
        icon_button("copy", t("invite.copy"), special_props=[on_click("share.js", "copyLink", link.address)]),
        icon_button("trash-2", t("invite.revoke"), tip="end", on_click=acts.revoke_link(ROOM.id, link.id)),
        key=link.id,
        class_name=rx.cond(link.made, "made", ""),
    )
