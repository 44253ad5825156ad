"""The dialog that gives credits to another person."""

from typing import Final

import reflex as rx

from chat_app.ui.components.controls import button, icon
from chat_app.ui.components.floating import dialog, forgets, opens
from chat_app.ui.components.forms import FormVars, dialog_form, field
from chat_app.ui.components.person_field import person_field
from chat_app.ui.i18n import t
from chat_app.ui.usage.giving_state import GivingState

_ID: Final = "give-credits"
_FORM: Final = FormVars("giveCredits", state=GivingState, send=GivingState.give)


def give_button() -> rx.Component:
    """Return the button that opens the dialog."""
    return button(icon("gift", 16), t("usage.give"), on_click=GivingState.begin, custom_attrs=opens(_ID))


def give_dialog() -> rx.Component:
    """Return the closed dialog."""
    amount = field(
        "amount",
        t("usage.giveAmount"),
        error=_FORM.error("amount"),
        form=_ID,
        type="number",
        min="0.01",
        step="0.01",
        input_mode="decimal",
        required=True,
    )
    return dialog(
        _ID,
        t("usage.giveTitle"),
        rx.el.p(t("usage.giveHint")),
        dialog_form(
            _FORM,
            person_field("giveCredits", "to", t("usage.giveTo"), error=_FORM.error("to")),
            amount,
            submit=t("usage.give"),
        ),
        custom_attrs=forgets(),
    )
