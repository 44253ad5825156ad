"""The list of keyboard shortcuts."""

import reflex as rx

from chat_app.ui.components.controls import kbd
from chat_app.ui.components.floating import dialog
from chat_app.ui.i18n import t


def shortcuts_dialog() -> rx.Component:
    """Return the keyboard shortcuts."""
    lines = {
        t("shortcuts.palette"): ("Ctrl", "K"),
        t("shortcuts.search"): ("Ctrl", "Shift", "F"),
        t("shortcuts.nextRoom"): ("Alt", "↑ ↓"),
        t("shortcuts.nextUnread"): ("Alt", "Shift", "↑ ↓"),
        t("shortcuts.sidebar"): ("Ctrl", "Shift", "S"),
        t("shortcuts.send"): ("Enter",),
        t("shortcuts.line"): ("Shift", "Enter"),
        t("shortcuts.editLast"): ("↑",),
        t("shortcuts.prompt"): ("/",),
        t("shortcuts.messages"): ("Shift", "Tab"),
        t("shortcuts.messageMenu"): ("Enter",),
        t("shortcuts.escape"): ("Esc",),
        t("shortcuts.help"): ("?",),
    }
    rows = [rx.el.div(rx.el.dt(words), rx.el.dd(kbd(*keys))) for words, keys in lines.items()]
    return dialog("shortcuts", t("shortcuts.title"), rx.el.dl(*rows, class_name="shortcut-list"))
