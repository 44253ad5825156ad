"""The room's dialogs: rename, invite, members, settings, leave, delete the room, delete a message."""

import reflex as rx

from chat_app.ui import js
from chat_app.ui.acts import rooms as acts
from chat_app.ui.acts.state import Acts
from chat_app.ui.components.floating import confirm, dialog
from chat_app.ui.components.forms import FormVars, dialog_form, field
from chat_app.ui.context.decisions import decisions_dialog
from chat_app.ui.context.dialog import context_dialogs
from chat_app.ui.conversation.ai_settings import ai_settings
from chat_app.ui.i18n import t
from chat_app.ui.invitations.dialog import invite_dialog
from chat_app.ui.invitations.parts import room_field
from chat_app.ui.live.shapes import MemberVar
from chat_app.ui.live.vars import IS_ASIDE, IS_CHAT, IS_DIRECT, ME, MEMBERS, ROOM
from chat_app.ui.members.acts import hand_over_and_leave
from chat_app.ui.members.card import member_card
from chat_app.ui.members.settings import bans, room_settings
from chat_app.ui.people.blocking import block_dialog
from chat_app.ui.safety.report import report_dialog
from chat_app.ui.support.asking import help_dialogs
from chat_app.ui.usage.of_room import usage_dialog

_DESCRIBE = FormVars("describe", state=Acts, send=acts.describe)
_LEAVE = FormVars("leaveRoom", state=Acts, send=hand_over_and_leave)


def room_dialogs() -> rx.Component:
    """Return all dialogs, closed."""
    return rx.cond(
        ROOM,
        rx.fragment(
            _describe(),
            invite_dialog(),
            context_dialogs(),
            decisions_dialog(),
            usage_dialog(),
            ai_settings(),
            member_card(),
            room_settings(),
            bans(),
            rx.cond(
                (ROOM.role == "master") & (ROOM.people > 1),
                _leave_to_another(),
                confirm("leave-room", "drawer.leave", on_click=acts.leave(ROOM.id)),
            ),
            rx.cond(IS_DIRECT, block_dialog(ROOM.person)),
            rx.cond(
                IS_CHAT | IS_ASIDE,
                confirm("delete-room", "chat.delete", on_click=acts.delete(ROOM.id)),
                confirm("delete-room", "drawer.delete", on_click=acts.delete(ROOM.id)),
            ),
            report_dialog(),
            help_dialogs(),
            confirm("delete-message", "message.delete", on_click=js.call("conversation/take_back.js", "removeChosen")),
        ),
    )


def _describe() -> rx.Component:
    return dialog(
        "describe",
        t("drawer.rename"),
        dialog_form(
            _DESCRIBE,
            room_field(),
            field(
                "name",
                t("drawer.name"),
                error=_DESCRIBE.error("name"),
                default_value=ROOM.name,
                aria_required=True,
                max_length=80,
                key=ROOM.name,
            ),
            field(
                "description",
                t("drawer.description"),
                hint=t("drawer.descriptionHint"),
                error=_DESCRIBE.error("description"),
                default_value=ROOM.description,
                max_length=500,
                key=ROOM.description,
            ),
            submit=t("common.save"),
        ),
    )


def _leave_to_another() -> rx.Component:
    """Return the dialog in which a master chooses the next one before leaving."""
    return dialog(
        "leave-room",
        t("drawer.leaveTitle"),
        dialog_form(
            _LEAVE,
            room_field(),
            rx.el.p(t("members.leaveAsMaster")),
            rx.el.label(
                rx.el.span(t("members.heir"), class_name="label"),
                rx.el.select(
                    rx.foreach(MEMBERS, _heir), name="heir", required=True, class_name="input", auto_complete="off"
                ),
                class_name="field",
            ),
            submit=t("members.handOverAndLeave"),
            kind="danger primary",
        ),
        role="alertdialog",
    )


def _heir(member: rx.Var[MemberVar]) -> rx.Component:
    return rx.cond(member.id == ME.id, None, rx.el.option(f"{member.name} (@{member.username})", value=member.id))
