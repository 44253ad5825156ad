"""Rate an answer: a thumb up or down, and the reason."""

from typing import Any, Final

import reflex as rx

from chat_app.core.messages.marks.ratings import REASON_MAX
from chat_app.ui import js
from chat_app.ui.acts.state import Acts
from chat_app.ui.components.controls import button, icon
from chat_app.ui.components.floating import about_field
from chat_app.ui.components.forms import FormVars, described, field, whole_error
from chat_app.ui.conversation.rating_acts import REASON, explain
from chat_app.ui.i18n import t
from chat_app.ui.live.shapes import RowVar

_MODULE: Final = "conversation/rating.js"
_FORM = FormVars("rating", state=Acts, send=explain)


def rating_acts(row: Any, control: Any) -> list[rx.Component]:
    """Return a ``control`` for each rating of an answer. The control of the present rating removes it."""
    up, down = row.rated == "up", row.rated == "down"
    return [
        rx.cond(
            row.can_rate,
            control(
                "thumbs-up",
                rx.cond(up, t("ratings.notUp"), t("ratings.up")),
                custom_attrs={"data-rates": rx.cond(up, "given", "up")},
                on_click=js.call(_MODULE, "rateAnswer", row.id, "up"),
            ),
        ),
        rx.cond(
            row.can_rate,
            control(
                "thumbs-down",
                rx.cond(down, t("ratings.notDown"), t("ratings.down")),
                custom_attrs={"data-rates": rx.cond(down, "given", "down")},
                on_click=js.call(_MODULE, "rateAnswer", row.id, "down"),
            ),
        ),
    ]


def rated(row: rx.Var[RowVar]) -> rx.Component:
    """Return the sign of an answer that the person has rated, in its head, where it moves nothing."""
    up, down = _sign("thumbs-up", t("ratings.ratedUp")), _sign("thumbs-down", t("ratings.ratedDown"))
    return rx.cond(row.rated != "", rx.cond(row.rated == "up", up, down))


def _sign(symbol: str, words: rx.Var[str]) -> rx.Component:
    return rx.el.span(
        icon(symbol, 14), rx.el.span(words, class_name="visually-hidden"), class_name="rated meta", title=words
    )


def reason_panel() -> rx.Component:
    """Return the panel that asks why an answer is good or bad; one for all answers, closed."""
    error = _FORM.error("reason")
    words = rx.el.textarea(
        class_name="input", rows="3", max_length=REASON_MAX, dir="auto", **described("reason", error, "rating")
    )
    return rx.el.div(
        _FORM.element(
            about_field(),
            field("reason", t("ratings.why"), hint=t("ratings.whyHint"), error=error, control=words, form="rating"),
            whole_error(_FORM),
            rx.el.div(
                button(t("ratings.skip"), custom_attrs={"popovertarget": REASON, "popovertargetaction": "hide"}),
                button(t("ratings.send"), kind="primary", type="submit", busy=_FORM.busy()),
                class_name="actions",
            ),
            empties=True,
            class_name="form",
        ),
        id=REASON,
        class_name="flyout",
        role="dialog",
        aria_label=t("ratings.why"),
        custom_attrs={"popover": "auto"},
    )
