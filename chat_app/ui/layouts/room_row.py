"""A room in the sidebar, and its actions there."""

from typing import Final

import reflex as rx

from chat_app.core.access.permissions import Permission, Role
from chat_app.ui import js
from chat_app.ui.acts import rooms as acts
from chat_app.ui.acts.state import Acts
from chat_app.ui.components.controls import icon, icon_button, link
from chat_app.ui.components.display import badge, person_avatar
from chat_app.ui.components.floating import confirm, dialog, menu, menu_item, menu_line, opens, toggles
from chat_app.ui.components.forms import FormVars, dialog_form, field
from chat_app.ui.i18n import t
from chat_app.ui.live.rights import may
from chat_app.ui.live.room_shapes import SidebarVar

_SCRIPT: Final = "layouts/room_row.js"
_MENU: Final = "room-menu"
_RENAME: Final = "rename-room"
_CHOSEN: SidebarVar = js.value(_SCRIPT, "useRowMenu", "chosen", SidebarVar)  # type: ignore[assignment]
_SHARED = _CHOSEN.kind != "direct"
_FORM = FormVars("renameRoom", state=Acts, send=acts.rename)
_PERIODS: Final = ("today", "yesterday", "week", "month", "older")


@rx.memo
def room_row(room: rx.Var[SidebarVar], rest: rx.RestProp) -> rx.Component:
    """Return a room of the list: its name, and its unread messages; above it the time, if a new period begins."""
    return rx.fragment(
        rx.cond(room.heading != "", rx.el.li(_period(room.heading), class_name="room-period")),
        rx.el.li(
            link(
                _symbol(room),
                rx.el.span(room.name, class_name="truncate"),
                rx.cond(room.draft, rx.el.span(icon("pencil", 14), _hidden("shell.draft"), class_name="room-draft")),
                rx.cond(room.mentions != "", badge("@", room.mentions, _hidden("marks.mentions"), kind="amber")),
                rx.cond(
                    (room.unread != "") & (room.mentions == ""),
                    badge(room.unread, _hidden("shell.unreadMany"), kind="accent"),
                ),
                href=room.href,
                id="row-" + room.id,
                class_name=rx.cond(room.unread != "", "room-link unread", "room-link"),
                aria_current=rx.cond(room.current, "page", "false"),
            ),
            icon_button(
                "ellipsis",
                t("shell.roomMenu", name=room.name),
                tip="end",
                size=16,
                id="row-menu-" + room.id,
                custom_attrs=toggles(_MENU),
                on_click=js.call(_SCRIPT, "choose", room.id),
            ),
            class_name="room-row",
        ),
    )


def _symbol(room: rx.Var[SidebarVar]) -> rx.Component:
    return rx.match(
        room.kind,
        ("direct", person_avatar(room.person, room.presence, size="small")),
        ("group", rx.el.span(icon("users", 14), class_name="avatar small group", aria_hidden=True)),
        ("chat", rx.cond(room.archived | room.favorite, icon("message-square", 14))),
        icon("hash", 14),
    )


def _period(name: rx.Var[str]) -> rx.Var[str]:
    return rx.match(name, *((each, t(f"shell.{each}")) for each in _PERIODS), "")


def _hidden(key: str) -> rx.Component:
    return rx.el.span(t(key), class_name="visually-hidden")


def row_menu() -> rx.Component:
    """Return the actions of a room of the list; one menu for all of them."""
    return menu(
        _MENU,
        rx.cond(
            _CHOSEN & _CHOSEN.favorite,
            menu_item("star-off", t("shell.unfavorite"), on_click=acts.favorite(_CHOSEN.id, False)),
            menu_item("star", t("shell.favorite"), on_click=acts.favorite(_CHOSEN.id, True)),
        ),
        rx.cond(
            _CHOSEN & _SHARED & ~_CHOSEN.archived & may(_CHOSEN.role, Permission.EDIT_ROOM),
            menu_item("pencil", t("shell.rename"), custom_attrs=opens(_RENAME)),
        ),
        rx.cond(
            _CHOSEN & _SHARED & may(_CHOSEN.role, Permission.ARCHIVE_ROOM),
            menu_item(
                "archive",
                rx.cond(_CHOSEN.archived, t("shell.unarchive"), t("shell.toArchive")),
                on_click=acts.archive(_CHOSEN.id, ~_CHOSEN.archived),
            ),
        ),
        rx.cond(
            _CHOSEN & _SHARED & (_CHOSEN.role != Role.MASTER.value),
            rx.fragment(
                menu_line(), menu_item("log-out", t("drawer.leave"), danger=True, custom_attrs=opens("leave-chosen"))
            ),
        ),
        rx.cond(
            _CHOSEN & (_CHOSEN.kind == "chat") & may(_CHOSEN.role, Permission.DELETE_ROOM),
            rx.fragment(
                menu_line(), menu_item("trash-2", t("chat.delete"), danger=True, custom_attrs=opens("delete-chosen"))
            ),
        ),
        label=t("shell.roomMenu", name=_CHOSEN.name),
    )


def room_row_dialogs() -> rx.Component:
    """Return the dialogs of the menu, closed."""
    return rx.cond(
        _CHOSEN,
        rx.fragment(
            dialog(
                _RENAME,
                t("shell.rename"),
                dialog_form(
                    _FORM,
                    rx.el.input(type="hidden", name="room", value=_CHOSEN.id, read_only=True),
                    field(
                        "name",
                        t("drawer.name"),
                        error=_FORM.error("name"),
                        form=_RENAME,
                        default_value=_CHOSEN.name,
                        aria_required=True,
                        max_length=80,
                        auto_complete="off",
                        key=_CHOSEN.id + _CHOSEN.name,
                    ),
                    submit=t("common.save"),
                ),
            ),
            confirm("leave-chosen", "drawer.leave", on_click=acts.leave(_CHOSEN.id)),
            confirm("delete-chosen", "chat.delete", on_click=acts.delete(_CHOSEN.id)),
        ),
    )
