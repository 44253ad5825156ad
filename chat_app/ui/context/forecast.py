"""The line above the composer that shows the AI's context, once the draft asks the AI."""

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import icon
from chat_app.ui.components.floating import opens
from chat_app.ui.context import acts
from chat_app.ui.i18n import t
from chat_app.ui.live.vars import ROOM

_MODULE = "conversation/forecast.js"

DRAFT: rx.Var[dict[str, object]] = js.result(_MODULE, "draftNow", dict[str, object])
"""The draft in the composer when an event begins."""

_MODELS: rx.Var[int] = js.value(_MODULE, "useForecast", "models", int)
_MESSAGES: rx.Var[int] = js.value(_MODULE, "useForecast", "messages", int)
_FILES: rx.Var[int] = js.value(_MODULE, "useForecast", "files", int)
_TOKENS: rx.Var[int] = js.value(_MODULE, "useForecast", "tokens", int)
_ESTIMATED: rx.Var[bool] = js.value(_MODULE, "useForecast", "estimated", bool)
_COST: rx.Var[int] = js.value(_MODULE, "useForecast", "cost", int)
_PAYER: rx.Var[str] = js.value(_MODULE, "useForecast", "payer", str)
_PAYS: rx.Var[str] = js.value(_MODULE, "useForecast", "pays", str)
_CREDITS: rx.Var[float] = js.value(_MODULE, "useForecast", "credits", float)
_ENOUGH: rx.Var[bool] = js.value(_MODULE, "useForecast", "enough", bool)
_WITHIN: rx.Var[bool] = js.value(_MODULE, "useForecast", "within", bool)
LEAST_SHOWN = 50
"""Millionths of a dollar: a smaller cost is rounded to zero for display."""


def forecast_line() -> rx.Component:
    """Return the control that opens the dialog of the context; it is in the line that is always there."""
    return rx.cond(
        ROOM & (_MODELS > 0),
        rx.el.button(
            icon("sparkles", 14),
            rx.el.span(
                _lacking(),
                rx.cond(_MESSAGES > 0, t("forecast.messages", count=_MESSAGES), t("forecast.alone")),
                rx.cond(_FILES > 0, rx.fragment(" · ", t("context.files", count=_FILES))),
                " · ",
                rx.cond(_ESTIMATED, t("forecast.tokens", n=_TOKENS), t("context.tokens", n=_TOKENS)),
                rx.cond(_COST >= LEAST_SHOWN, rx.fragment(" · ", t("forecast.cost", cost=_COST / 1_000_000))),
                _who_pays(),
                class_name="truncate",
            ),
            type="button",
            class_name="forecast meta",
            on_click=acts.preview(ROOM.id, DRAFT),
            custom_attrs={"data-tip": t("context.title"), "data-side": "top", **opens(acts.CONTEXT)},
        ),
    )


def _lacking() -> rx.Component:
    """Return why there will be no answer: the payer has too little, or a budget is used up.

    It is shown first, since a phone has no space for the rest.
    """
    short = rx.cond(_PAYER == "you", t("forecast.youLack"), t("forecast.otherLacks", name=_PAYS))
    why = rx.cond(_WITHIN, short, t("forecast.overBudget"))
    return rx.cond(~_WITHIN | ~_ENOUGH, rx.fragment(rx.el.strong(why, class_name="lacking"), " · "))


def _who_pays() -> rx.Component:
    """Return the payer of the answer and its maximum cost; nothing if it costs nothing, or cannot begin."""
    who = rx.match(
        _PAYER,
        ("you", t("forecast.youPay", n=_CREDITS)),
        ("other", t("forecast.otherPays", name=_PAYS, n=_CREDITS)),
        t("forecast.sitePays"),
    )
    costs = (_PAYER == "site") | (_CREDITS > 0)
    return rx.cond(_WITHIN & _ENOUGH & (_PAYER != "") & costs, rx.fragment(" · ", who))
