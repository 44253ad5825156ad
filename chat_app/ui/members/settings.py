"""A room's settings for its members: slow mode, approval, AI rights, and bans."""

from typing import Any

import reflex as rx

from chat_app.core.access.permissions import AI_RIGHTS, Permission, Role
from chat_app.core.rooms.rules import KEEPS_DAYS, SLOW_SECONDS
from chat_app.ui.acts.state import Acts
from chat_app.ui.components.controls import button, icon
from chat_app.ui.components.floating import dialog, opens
from chat_app.ui.i18n import t, t_in
from chat_app.ui.live.rights import rank_of
from chat_app.ui.live.vars import KEEPS, ROOM
from chat_app.ui.members import acts
from chat_app.ui.members.lists import ban_list

SETTINGS = "room-settings"
BANNED = "bans"
_MINE: dict[Permission, Any] = {
    Permission.ASK_AI: ROOM.can_ask_ai,
    Permission.CHOOSE_MODEL: ROOM.can_choose_model,
    Permission.REGENERATE_ANY_ANSWER: ROOM.can_regenerate_any_answer,
    Permission.MANAGE_AI: ROOM.can_manage_ai,
    Permission.APPROVE_TOOLS: ROOM.can_approve_tools,
}


def room_settings() -> rx.Component:
    """Return the dialog, closed. Choices in it take effect at once."""
    return dialog(
        SETTINGS,
        t("roomSettings.title"),
        rx.cond(ROOM.can_edit_room, rx.fragment(_slow(), _approval())),
        rx.cond(ROOM.can_delete_room, _retention()),
        rx.cond(ROOM.can_manage_ai, rx.fragment(rx.el.h3(t("roomSettings.ai")), *(_right(each) for each in AI_RIGHTS))),
        rx.cond(
            ROOM.can_manage_members,
            rx.el.div(
                button(
                    icon("ban", 16), t("members.banned"), on_click=acts.load_bans(ROOM.id), custom_attrs=opens(BANNED)
                ),
                class_name="buttons",  # not "actions": the dialog would open at its end, with the focus there
            ),
        ),
    )


def bans() -> rx.Component:
    """Return the dialog of bans, closed."""
    return dialog(BANNED, t("members.banned"), ban_list())


def _slow() -> rx.Component:
    options = [rx.el.option(t(f"slowness.{seconds}"), value=str(seconds)) for seconds in SLOW_SECONDS]
    return _row(
        t("roomSettings.slow"),
        t("roomSettings.slowHint"),
        rx.el.select(
            *options,
            value=ROOM.slow_seconds.to_string(),
            on_change=lambda seconds: acts.set_slow(ROOM.id, seconds),
            class_name="input",
        ),
    )


def _retention() -> rx.Component:
    options = [
        rx.el.option(
            t("roomSettings.keepsSite") if days == 0 else t("roomSettings.keepsDays", count=days),
            value=str(days),
            disabled=(KEEPS > 0) & (days > KEEPS),
        )
        for days in KEEPS_DAYS
    ]
    asked = Acts.expiring
    is_asked = (asked.days > 0) & (asked.room == ROOM.id)
    row = _row(
        t("roomSettings.keeps"),
        t("roomSettings.keepsHint"),
        rx.el.select(
            *options,
            value=rx.cond(is_asked, asked.days, ROOM.keeps_days).to_string(),
            on_change=lambda days: acts.choose_retention(ROOM.id, days),
            class_name="input",
        ),
    )
    question = rx.el.div(
        rx.el.p(t("roomSettings.keepsAsk", count=asked.messages)),
        rx.el.div(
            button(t("common.cancel"), on_click=acts.forget_retention),
            button(t("roomSettings.keepsDelete"), kind="danger primary", on_click=acts.confirm_retention(ROOM.id)),
            class_name="actions",
        ),
        role="alert",
    )
    return rx.fragment(row, rx.cond(is_asked, question))


def _approval() -> rx.Component:
    return _row(
        t("roomSettings.approval"),
        t("roomSettings.approvalHint"),
        rx.el.button(
            rx.el.span(class_name="switch-knob"),
            type="button",
            role="switch",
            aria_checked=ROOM.join_approval,
            aria_label=t("roomSettings.approval"),
            class_name="switch",
            on_click=acts.set_approval(ROOM.id, ~ROOM.join_approval),
        ),
    )


def _right(right: Permission) -> rx.Component:
    least, mine = ROOM.ai_rights[right.value], _MINE[right]
    roles = [role for role in Role if role is not Role.READER]
    return _row(
        t_in("roomSettings.rights", rx.Var.create(right.value)),
        None,
        rx.el.select(
            *(
                rx.el.option(
                    t_in("roomSettings.from", rx.Var.create(role.value)),
                    value=role.value,
                    disabled=rank_of(ROOM.role) < role.rank,
                )
                for role in roles
            ),
            value=least,
            disabled=~mine,
            on_change=lambda role: acts.set_right(ROOM.id, right.value, role),
            class_name="input",
        ),
    )


def _row(label: rx.Var[str], hint: rx.Var[str] | None, control: rx.Component) -> rx.Component:
    words = rx.el.span(rx.el.span(label), *([rx.el.span(hint, class_name="meta")] if hint is not None else []))
    return rx.el.label(words, control, class_name="setting")
