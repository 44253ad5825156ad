"""The dialog to jump to a room, and the list of shortcuts."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import icon, kbd
from chat_app.ui.components.display import badge
from chat_app.ui.components.floating import dialog
from chat_app.ui.i18n import t


@dataclass
class JumpVar:
    """A room to jump to; or, with ``messages``, the search for the typed words in messages."""

    id: str
    name: str
    href: str
    unread: str
    messages: bool
    chosen: bool
    option: str


def _jump(name: str, var_type: Any) -> rx.Var[Any]:
    return js.value("layouts/jump.js", "useJump", name, var_type)


def jump_dialog() -> rx.Component:
    """Return a filter over the person's rooms, in the middle of the screen."""
    rooms = _jump("list", list[JumpVar])
    return rx.el.dialog(
        rx.el.div(
            icon("search"),
            rx.el.input(
                value=_jump("query", str),
                placeholder=t("shell.jumpHint"),
                role="combobox",
                aria_label=t("shell.jump"),
                aria_controls="jump-list",
                aria_expanded=True,
                custom_attrs={"aria-activedescendant": _jump("chosen", str), "autocomplete": "off"},
                **js.props("layouts/jump.js", "inputProps"),
            ),
            class_name="jump-field",
        ),
        rx.el.ul(
            rx.cond(
                rooms.length() == 0, rx.el.li(t("shell.nothingFound"), class_name="meta"), rx.foreach(rooms, _option)
            ),
            id="jump-list",
            role="listbox",
            aria_label=t("shell.rooms"),
        ),
        id="jump",
        class_name="dialog jump",
        aria_label=t("shell.jump"),
    )


def _option(room: rx.Var[JumpVar]) -> rx.Component:
    return rx.el.li(
        rx.cond(
            room.messages,
            rx.el.span(icon("text-search", 16), t("search.among", words=room.name), class_name="jump-search truncate"),
            rx.el.span(room.name, class_name="truncate"),
        ),
        rx.cond(room.unread != "", badge(room.unread, kind="accent")),
        id=room.option,
        key=room.id,
        role="option",
        aria_selected=room.chosen,
        class_name="menu-item",
        on_click=js.call("layouts/jump.js", "go", room.href),
    )


def shortcuts_dialog() -> rx.Component:
    """Return what the keyboard can do."""
    lines = {
        t("shortcuts.jump"): ("Ctrl", "K"),
        t("shortcuts.search"): ("Ctrl", "Shift", "F"),
        t("shortcuts.nextRoom"): ("Alt", "↑ ↓"),
        t("shortcuts.nextUnread"): ("Alt", "Shift", "↑ ↓"),
        t("shortcuts.sidebar"): ("Ctrl", "Shift", "S"),
        t("shortcuts.send"): ("Enter",),
        t("shortcuts.line"): ("Shift", "Enter"),
        t("shortcuts.editLast"): ("↑",),
        t("shortcuts.escape"): ("Esc",),
        t("shortcuts.help"): ("?",),
    }
    rows = [rx.el.div(rx.el.dt(words), rx.el.dd(kbd(*keys))) for words, keys in lines.items()]
    return dialog("shortcuts", t("shortcuts.title"), rx.el.dl(*rows, class_name="shortcut-list"))
