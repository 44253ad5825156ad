"""Tables of lists; on a phone each row is a card."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import reflex as rx

Cell = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, and its cell of a row. Numbers are aligned at its end."""

    title: rx.Var[str]
    cell: Cell
    kind: Literal["", "number", "acts"] = ""


def list_table(caption: rx.Var[str], columns: Sequence[Column], rows: rx.Var[Any], key: Cell) -> rx.Component:
    """Return a table of ``rows``; the first column names each row. ``key`` returns the key of a row."""
    heads = (rx.el.th(each.title, scope="col", class_name=each.kind) for each in columns)
    return rx.el.div(
        rx.el.table(
            rx.el.caption(caption, class_name="visually-hidden"),
            rx.el.thead(rx.el.tr(*heads, role="row"), role="rowgroup"),
            rx.el.tbody(rx.foreach(rows, lambda row: _row(columns, row, key)), role="rowgroup"),
            class_name="list-table",
            role="table",  # the styles of a phone would take it away
        ),
        class_name="list-of-rows",
    )


def _row(columns: Sequence[Column], row: rx.Var[Any], key: Cell) -> rx.Component:
    first, *others = columns
    return rx.el.tr(
        rx.el.th(first.cell(row), scope="row", role="rowheader"),
        *(
            rx.el.td(each.cell(row), class_name=each.kind, role="cell", custom_attrs={"data-title": each.title})
            for each in others
        ),
        key=key(row),
        role="row",
    )
