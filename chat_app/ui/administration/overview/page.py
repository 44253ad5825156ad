"""The page ``/admin``: the site's figures, with charts of the last days and the same as a table."""

from typing import Any, Final

import reflex as rx

from chat_app.core.administration.overview import DAYS
from chat_app.ui.administration.frame import admin_page, by_status, refresh_button
from chat_app.ui.administration.overview.state import HEIGHT, STEP, ChartVar, DayBarVar, DayVar, OverviewState
from chat_app.ui.i18n import t
from chat_app.ui.times import full_time

_NAMES: Final = {
    "messages": t("administration.messages"),
    "answers": t("administration.answers"),
    "errors": t("administration.errors"),
    "people": t("administration.newPeople"),
    "rooms": t("administration.newRooms"),
    "cost": t("administration.cost"),
    "latency": t("administration.latency"),
}


class Refreshing(rx.Component):
    """Has the figures read again every so often, while the page is seen."""

    library = "$/public/administration/refreshing.js"
    tag = "Refreshing"

    on_tick: rx.EventHandler[rx.event.no_args_event_spec]


def page() -> rx.Component:
    """Return the page."""
    content = rx.fragment(Refreshing.create(on_tick=OverviewState.follow), _figures(), _charts(), _table())
    return admin_page(
        t("administration.overview"),
        rx.el.div(by_status(OverviewState.status, content, OverviewState.load), class_name="moderation"),
        controls=(refresh_button(OverviewState.status, OverviewState.load),),
    )


def _figures() -> rx.Component:
    return rx.fragment(
        rx.el.dl(
            _figure(t("administration.people"), OverviewState.people),
            _figure(t("administration.activeToday"), OverviewState.active_today),
            _figure(t("administration.suspended"), OverviewState.suspended),
            _figure(t("administration.rooms"), OverviewState.rooms),
            _figure(t("administration.messages"), OverviewState.messages),
            class_name="admin-figures",
        ),
        rx.el.p(t("administration.updated", time=full_time(OverviewState.at)), class_name="meta"),
    )


def _figure(label: rx.Var[str], value: Any) -> rx.Component:
    return rx.el.div(rx.el.dt(label), rx.el.dd(value))


def _charts() -> rx.Component:
    return rx.el.section(
        rx.el.h2(t("administration.perDay")),
        rx.el.p(t("administration.times"), class_name="meta"),
        rx.el.div(rx.foreach(OverviewState.charts, _chart), class_name="admin-charts"),
        class_name="form",
    )


def _chart(chart: rx.Var[ChartVar]) -> rx.Component:
    what = rx.match(chart.name, *_NAMES.items(), "")
    total, words = t("administration.total", total=chart.total), t("administration.chart", what=what, total=chart.total)
    return rx.el.figure(
        rx.el.figcaption(
            rx.el.span(what),
            rx.el.span(rx.cond(chart.total != "", total, t("administration.median")), class_name="meta"),
        ),
        rx.el.svg(
            rx.foreach(chart.bars, _bar),
            view_box=f"0 0 {DAYS * STEP} {HEIGHT}",
            preserve_aspect_ratio="none",
            role="img",
            aria_label=rx.cond(chart.total != "", words, t("administration.chartMedian", what=what)),
        ),
        key=chart.name,
    )


def _bar(bar: rx.Var[DayBarVar]) -> rx.Component:
    return rx.el.g(
        rx.el.rect(x=bar.x, y=0, width=STEP, height=HEIGHT, class_name="ground"),
        rx.el.rect(x=bar.x + 2, y=bar.y, width=STEP - 4, height=bar.height, class_name="bar"),
        rx.el.title(bar.day + ": " + bar.value),
        key=bar.day,
    )


def _table() -> rx.Component:
    head = rx.el.tr(
        rx.el.th(t("administration.day"), scope="col"), *(rx.el.th(name, scope="col") for name in _NAMES.values())
    )
    return rx.el.details(
        rx.el.summary(t("administration.table")),
        rx.el.div(
            rx.el.table(
                rx.el.thead(head),
                rx.el.tbody(rx.foreach(OverviewState.days, _row)),
                class_name="rating-totals",
            ),
            class_name="admin-table",
            tab_index=0,
            role="region",
            aria_label=t("administration.perDay"),
        ),
        class_name="admin-details",
    )


def _row(day: rx.Var[DayVar]) -> rx.Component:
    return rx.el.tr(
        rx.el.th(day.day, scope="row"),
        rx.foreach(day.cells, lambda value: rx.el.td(value)),
        key=day.day,
    )
