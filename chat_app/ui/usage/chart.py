"""Charts of usage: a table that has a bar in each row, and columns above it where the rows are days."""

from typing import Any

import reflex as rx

from chat_app.ui.i18n import t, t_in
from chat_app.ui.times import day_of
from chat_app.ui.usage.shapes import BarsVar, BarVar


def usage_chart(bars: rx.Var[Any], unnamed: rx.Var[str] | None = None) -> rx.Component:
    """Return the chart of usage; the table has the same data as text.

    ``unnamed`` is the label of a room whose name is hidden.
    """
    it: BarsVar = bars  # type: ignore[assignment]
    other = t("usage.otherRoom") if unnamed is None else unnamed
    columns = rx.cond(it.by == "day", _columns(it), None)
    return rx.cond(
        it.total.times > 0,
        rx.el.div(columns, _total(it.total), _table(it, other), class_name="usage"),
        rx.el.p(t("usage.none"), class_name="meta"),
    )


def _columns(bars: BarsVar) -> rx.Component:
    """Return a column for each day."""
    return rx.el.div(
        rx.foreach(
            bars.rows,
            lambda bar: rx.el.span(style={"height": bar.share.to_string() + "%"}, title=bar.key, key=bar.key),
        ),
        class_name="usage-columns",
        role="img",
        aria_label=t("usage.columns", n=bars.total.tokens),
    )


def _total(total: BarVar) -> rx.Component:
    return rx.el.p(
        t("usage.times", count=total.times),
        " · ",
        t("context.tokens", n=total.tokens),
        rx.cond(total.cost > 0, rx.fragment(" · ", t("usage.cost", cost=total.cost))),
        rx.cond(total.credits > 0, rx.fragment(" · ", t("usage.credits", n=total.credits))),
        class_name="usage-total",
    )


def _table(bars: BarsVar, other: rx.Var[str]) -> rx.Component:
    names = ("tokens", "money", "credit")
    heads = (t("usage.columnsOf.tokens"), t("usage.columnsOf.money"), t("usage.columnsOf.credit"))
    return rx.el.table(
        rx.el.caption(t("usage.table"), class_name="visually-hidden"),
        rx.el.thead(
            rx.el.tr(
                rx.el.th(t_in("usage.groupings", bars.by), scope="col"),
                *(rx.el.th(head, scope="col", class_name=name) for name, head in zip(names, heads, strict=True)),
            )
        ),
        rx.el.tbody(rx.foreach(bars.rows, lambda bar: rx.cond(bar.times > 0, _row(bars, bar, other)))),
        class_name="usage-table",
    )


def _row(bars: BarsVar, bar: rx.Var[BarVar], other: rx.Var[str]) -> rx.Component:
    name = rx.match(
        bars.by,
        ("day", rx.el.time(day_of(bar.key + "T12:00:00Z"), date_time=bar.key)),
        ("work", rx.el.span(t_in("usage.works", bar.key))),
        ("model", rx.el.span(rx.cond(bar.label != "", bar.label, bar.key))),
        ("room", rx.el.span(rx.cond(bar.label != "", bar.label, other))),
        rx.el.span(rx.cond(bar.label != "", bar.label, t("usage.nobody"))),
    )
    return rx.el.tr(
        rx.el.th(
            name,
            rx.el.span(
                rx.el.span(style={"width": bar.share.to_string() + "%"}), class_name="usage-bar", aria_hidden=True
            ),
            scope="row",
        ),
        rx.el.td(t("usage.number", n=bar.tokens)),
        rx.el.td(t("usage.money", cost=bar.cost)),
        rx.el.td(t("usage.number", n=bar.credits)),
        key=bar.key,
    )
