"""The tab of the moderation page about answers: how people rate each model's, and why."""

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import icon, link
from chat_app.ui.components.display import empty
from chat_app.ui.i18n import t
from chat_app.ui.moderation.shapes import RatingVar, TotalVar
from chat_app.ui.moderation.state import ModerationState
from chat_app.ui.times import full_time

_TAB = "/admin/reports?tab=answers"


def answers() -> rx.Component:
    """Return the numbers of each model, and the newest reasons."""
    return rx.cond(
        ModerationState.totals.length() == 0,
        empty(t("ratings.none"), symbol="thumbs-up"),
        rx.fragment(_totals(), _reasons()),
    )


def _totals() -> rx.Component:
    head = rx.el.tr(
        rx.el.th(t("ratings.model"), scope="col"),
        rx.el.th(icon("thumbs-up", 14), t("ratings.ups"), scope="col"),
        rx.el.th(icon("thumbs-down", 14), t("ratings.downs"), scope="col"),
    )
    return rx.fragment(
        rx.el.p(t("ratings.of"), class_name="meta"),
        rx.el.table(
            rx.el.thead(head),
            rx.el.tbody(rx.foreach(ModerationState.totals, _total)),
            class_name="rating-totals",
        ),
    )


def _total(total: rx.Var[TotalVar]) -> rx.Component:
    name = link(total.label, href=_TAB + "&model=" + js.encoded(total.model))
    return rx.el.tr(
        rx.el.th(rx.cond(total.model == "", t("ratings.unknownModel"), name), scope="row"),
        rx.el.td(total.up),
        rx.el.td(total.down),
        class_name=rx.cond((total.model != "") & (total.model == ModerationState.model), "chosen", ""),
        key=total.model,
    )


def _reasons() -> rx.Component:
    reasons = ModerationState.reasons
    everything = link(t("ratings.allModels"), href=_TAB)
    return rx.fragment(
        rx.el.div(
            rx.el.h2(t("ratings.reasons")),
            rx.cond(ModerationState.model != "", everything),
            class_name="rating-heading",
        ),
        rx.cond(
            reasons.length() == 0,
            rx.el.p(t("ratings.noReasons"), class_name="meta"),
            rx.el.ul(rx.foreach(reasons, _reason), class_name="report-list log"),
        ),
    )


def _reason(rating: rx.Var[RatingVar]) -> rx.Component:
    up, down = icon("thumbs-up", 14), icon("thumbs-down", 14)
    return rx.el.li(
        rx.el.p(rating.reason, class_name="pre-line", dir="auto"),
        rx.el.p(
            rx.cond(rating.value == "up", up, down),
            rx.el.span(rx.cond(rating.value == "up", t("ratings.up"), t("ratings.down")), class_name="visually-hidden"),
            rx.el.span(rx.cond(rating.model != "", rating.model, t("ratings.unknownModel"))),
            " · ",
            rx.el.time(full_time(rating.at), date_time=rating.at),
            class_name="meta rating-line",
        ),
    )
