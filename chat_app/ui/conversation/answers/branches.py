"""The branches of an answer: arrows between its texts, and the choice of one."""

from typing import Any, Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import icon_button
from chat_app.ui.conversation.text_button import text_button
from chat_app.ui.i18n import t
from chat_app.ui.live.shapes import RowVar

_MODULE: Final = "conversation/branches.js"


def branches(row: rx.Var[RowVar]) -> rx.Component:
    """Return the arrows below an answer that has several texts, and the number of the shown one."""
    place = t("branches.place", place=row.place, total=row.branches)
    shown = rx.el.div(
        _arrow(row, "chevron-left", t("branches.earlier"), -1, row.place <= 1),
        rx.el.span(row.place, "/", row.branches, class_name="place", aria_hidden=True),
        rx.el.span(place, class_name="visually-hidden", aria_live="polite"),
        _arrow(row, "chevron-right", t("branches.later"), 1, row.place >= row.branches),
        rx.cond(
            row.viewing & row.can_regenerate,
            text_button(t("branches.choose"), js.call(_MODULE, "useBranch", row.id)),
        ),
        class_name="branches meta",
        role="group",
        aria_label=t("branches.title"),
    )
    return rx.cond(row.branches > 1, shown)


def branch_items(row: Any, item: Any) -> list[rx.Component]:
    """Return the same as an ``item`` each of the answer's menu."""
    return [
        rx.cond(
            row.place > 1,
            item("chevron-left", t("branches.earlier"), on_click=js.call(_MODULE, "look", row.id, -1)),
        ),
        rx.cond(
            row.place < row.branches,
            item("chevron-right", t("branches.later"), on_click=js.call(_MODULE, "look", row.id, 1)),
        ),
        rx.cond(
            row.viewing & row.can_regenerate,
            item("check", t("branches.choose"), on_click=js.call(_MODULE, "useBranch", row.id)),
        ),
    ]


def _arrow(row: rx.Var[RowVar], symbol: str, words: rx.Var[str], by: int, ends: rx.Var[bool]) -> rx.Component:
    """Return an arrow. At the end it does nothing, but keeps the focus that a disabled one would lose."""
    press = js.call(_MODULE, "look", row.id, by)
    return icon_button(symbol, words, size=16, aria_disabled=ends, on_click=press)
