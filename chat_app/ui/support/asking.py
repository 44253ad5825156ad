"""Asking for help in a conversation, and its display there."""

import reflex as rx

from chat_app.core.support.rules import NOTE_MAX, REASON_MAX
from chat_app.ui.acts.state import Acts
from chat_app.ui.components.controls import button, icon
from chat_app.ui.components.floating import dialog, opens
from chat_app.ui.components.forms import FormVars, described, dialog_form, field
from chat_app.ui.i18n import t
from chat_app.ui.invitations.parts import room_field
from chat_app.ui.live.vars import CAN_GET_HELP, ME, ROOM, STUCK, SUPPORT_JOINS
from chat_app.ui.support.acts import BACK_DIALOG, HELP_DIALOG, end_help, get_help, hand_back

_HELP = FormVars("getHelp", state=Acts, send=get_help)
_BACK = FormVars("handBack", state=Acts, send=hand_back)


def help_button() -> rx.Component:
    """Return the button that opens the dialog by which one asks for help."""
    return button(icon("life-buoy", 16), t("support.getHelp"), kind="plain", custom_attrs=opens(HELP_DIALOG))


def help_line() -> rx.Component:
    """Return the state of help for the people in a conversation: it was requested, or is active.

    After a failed answer, offer it.
    """
    return rx.cond(
        ROOM & ROOM.ready,
        rx.match(
            ROOM.help,
            ("requested", _requested()),
            ("taken", _taken()),
            rx.cond(CAN_GET_HELP & STUCK, _offer(), rx.cond(CAN_GET_HELP & SUPPORT_JOINS, _policy())),
        ),
    )


def _line(words: rx.Var[str], *actions: rx.Component) -> rx.Component:
    return rx.el.div(
        icon("life-buoy", 16), rx.el.p(words), *actions, class_name="help-line", role="status", aria_live="polite"
    )


def _requested() -> rx.Component:
    is_mine = (ROOM.help_by == ME.id) | ROOM.can_manage_members
    withdraw = button(t("support.withdraw"), kind="plain", on_click=end_help(ROOM.id))
    return _line(t("support.requested"), rx.cond(is_mine, withdraw))


def _taken() -> rx.Component:
    back = button(t("support.handBack"), kind="plain", custom_attrs=opens(BACK_DIALOG))
    end = button(t("support.end"), kind="plain", on_click=end_help(ROOM.id))
    is_helper = ROOM.help_by == ME.id
    words = rx.cond(is_helper, t("support.youHelp"), t("support.taken", name=ROOM.helper))
    return _line(words, rx.cond(is_helper, back, rx.cond(ROOM.can_manage_members, end)))


def _offer() -> rx.Component:
    return _line(t("support.offer"), help_button())


def _policy() -> rx.Component:
    return _line(t("support.joins"))


def help_dialogs() -> rx.Component:
    """Return the dialogs of asking for help and of handing back, closed."""
    reason = rx.el.textarea(
        class_name="input", max_length=REASON_MAX, **described("reason", _HELP.error("reason"), HELP_DIALOG)
    )
    note = rx.el.textarea(
        class_name="input", max_length=NOTE_MAX, **described("note", _BACK.error("note"), BACK_DIALOG)
    )
    return rx.fragment(
        dialog(
            HELP_DIALOG,
            t("support.getHelp"),
            dialog_form(
                _HELP,
                room_field(),
                rx.el.p(t("support.getHelpHint"), class_name="meta"),
                field("reason", t("support.reason"), error=_HELP.error("reason"), control=reason, form=HELP_DIALOG),
                submit=t("support.ask"),
            ),
        ),
        dialog(
            BACK_DIALOG,
            t("support.handBack"),
            dialog_form(
                _BACK,
                room_field(),
                rx.el.p(t("support.handBackHint"), class_name="meta"),
                field("note", t("support.note"), error=_BACK.error("note"), control=note, form=BACK_DIALOG),
                submit=t("support.handBack"),
            ),
        ),
    )
