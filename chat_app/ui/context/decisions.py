"""The dialog of the decisions of a room's AI, with the reasons."""

import reflex as rx

from chat_app.ui import js
from chat_app.ui.acts.context import DecisionVar
from chat_app.ui.acts.state import Acts
from chat_app.ui.components.controls import button, icon
from chat_app.ui.components.display import skeleton
from chat_app.ui.components.floating import dialog, opens
from chat_app.ui.context import acts
from chat_app.ui.i18n import t, t_in
from chat_app.ui.live.vars import ROOM
from chat_app.ui.times import full_time, time_of

_SHOWN = Acts.decisions


def decisions_button() -> rx.Component:
    """Return what opens the dialog."""
    return button(
        icon("message-circle-question", 16),
        t("decisions.title"),
        kind="plain",
        on_click=acts.show_decisions(ROOM.id),
        custom_attrs=opens(acts.DECISIONS),
    )


def decisions_dialog() -> rx.Component:
    """Return the dialog, closed."""
    return dialog(
        acts.DECISIONS,
        t("decisions.title"),
        rx.cond(
            _SHOWN,
            rx.fragment(
                rx.el.p(t("decisions.hint"), class_name="meta"),
                rx.cond(
                    _SHOWN.made.length() > 0,
                    rx.el.ul(rx.foreach(_SHOWN.made, _row), class_name="decision-list"),
                    rx.el.p(t("decisions.nothing"), class_name="meta"),
                ),
            ),
            rx.el.div(*(skeleton(width) for width in ("60%", "92%", "78%"))),
        ),
        class_name="dialog wide",
    )


def _row(row: rx.Var[DecisionVar]) -> rx.Component:
    shown = rx.cond(row.veiled, t("message.veiled"), rx.cond(row.text != "", row.text, t("decisions.gone")))
    return rx.el.li(
        rx.el.button(
            rx.el.span(
                rx.el.b(t_in("decisions.choices", row.outcome)),
                rx.cond(row.emoji != "", rx.el.span(row.emoji, class_name="emoji")),
                rx.el.time(time_of(row.at), class_name="meta", date_time=row.at, title=full_time(row.at)),
                class_name="decision-what",
            ),
            rx.el.span(shown, class_name="meta truncate", dir="auto"),
            rx.cond(row.why != "", rx.el.span(row.why, class_name="decision-why", dir="auto")),
            rx.cond(row.error != "", rx.el.span(t_in("errors", row.error), class_name="decision-why meta")),
            rx.cond(row.model != "", _took(row)),
            type="button",
            on_click=js.call("conversation/reveal.js", "reveal", ROOM.id, row.message),
        ),
        key=row.at,
    )


def _took(row: rx.Var[DecisionVar]) -> rx.Component:
    cost = rx.cond(row.cost > 0, rx.fragment(" · ", t("models.decidedCost", cost=row.cost / 1_000_000)))
    return rx.el.span(row.model, " · ", t("context.tokens", n=row.tokens), cost, class_name="meta")
