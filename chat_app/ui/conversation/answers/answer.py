"""The foot of an answer: its state, its tokens and price, and buttons."""

import reflex as rx

from chat_app.core.billing.errors import BudgetExceeded, InsufficientBalance
from chat_app.ui import js
from chat_app.ui.components.controls import icon, link
from chat_app.ui.conversation.answers.branches import branches
from chat_app.ui.conversation.asides import publish_button
from chat_app.ui.conversation.text_button import text_button
from chat_app.ui.i18n import t, t_in
from chat_app.ui.live.shapes import RowVar

_LEAST_SHOWN = 50
"""Millionths of a dollar: a smaller cost is rounded to zero for display."""


def answer_foot(row: rx.Var[RowVar]) -> rx.Component:
    """Return the foot of an answer: its state, its tokens and its price."""
    again = rx.cond(
        row.error == "llm_context_too_long",
        text_button(t("shell.newChat"), js.call("conversation/anew.js", "askAnew", row.id)),
        text_button(t("message.retry"), js.call("live/actions.js", "regenerate", row.id)),
    )
    go_on = rx.cond(row.can_continue, text_button(t("message.continue"), js.call("live/actions.js", "goOn", row.id)))
    failed = rx.el.p(
        why("circle-alert", t_in("errors", row.error)),
        go_on,
        rx.cond(row.can_regenerate, again),
        to_usage(row.error),
        class_name="message-state red",
        role="alert",
    )
    note = rx.el.p(why("info", t_in("errors", row.error)), go_on, class_name="message-state")
    outdated = rx.el.p(
        why("history", t("message.outdated")),
        text_button(t("message.askAgain"), js.call("live/actions.js", "regenerate", row.id)),
        class_name="message-state",
    )
    how = rx.match(
        row.status,
        ("failed", failed),
        ("stopped", rx.el.p(t("message.stopped"), go_on, class_name="message-state meta")),
        (
            "complete",
            rx.fragment(
                rx.cond(row.error != "", note),
                _took(row),
            ),
        ),
        rx.cond(row.can_stop, _stop(row)),
    )
    return rx.fragment(how, rx.cond(row.outdated & row.can_regenerate, outdated), branches(row), publish_button(row))


def why(symbol: str, words: rx.Var[str]) -> rx.Component:
    """Return the text of a message's state, aligned beside its icon for any number of lines."""
    return rx.el.span(icon(symbol, 16), rx.el.span(words), class_name="why")


def to_usage(error: rx.Var[str]) -> rx.Component:
    """Return the link to the person's balance and budgets, if a request failed because of them."""
    short = (error == InsufficientBalance.default_code) | (error == BudgetExceeded.default_code)
    return rx.cond(short, link(t("usage.open"), href="/settings/usage"))


def _took(row: rx.Var[RowVar]) -> rx.Component:
    """Return the tokens and the price of an answer; of a picture the price."""
    cost = t("message.cost", cost=row.cost / 1_000_000)
    price = rx.cond(row.cost >= _LEAST_SHOWN, rx.el.span(" · ", cost))
    tokens = rx.el.p(rx.el.span(t("message.tokens", count=row.tokens), price), class_name="message-state meta")
    return rx.cond(
        row.drawing,
        rx.cond(row.cost > 0, rx.el.p(cost, class_name="message-state meta")),
        rx.cond(row.tokens > 0, tokens),
    )


def _stop(row: rx.Var[RowVar]) -> rx.Component:
    return rx.el.button(
        rx.el.span(class_name="stop-mark", aria_hidden=True),
        t("message.stop"),
        type="button",
        class_name="button stop",
        disabled=(row.change == "stop") & (row.refused == ""),
        on_click=js.call("live/actions.js", "stop", row.id),
    )
