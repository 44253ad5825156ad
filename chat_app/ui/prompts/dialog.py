"""The dialog that asks for the values of a prompt's variables."""

from dataclasses import dataclass
from typing import Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.acts.state import Acts
from chat_app.ui.components.floating import dialog, forgets
from chat_app.ui.components.forms import FormVars, dialog_form
from chat_app.ui.i18n import t
from chat_app.ui.prompts import acts

_DIALOG: Final = "fill-prompt"
_SCRIPT: Final = "conversation/prompts.js"
_FORM = FormVars("fillPrompt", state=Acts, send=acts.fill)


@dataclass
class VariableVar:
    """A variable of a prompt, and the value that is offered for it."""

    name: str
    default: str


_ID: rx.Var[str] = js.value(_SCRIPT, "useFilling", "id", str)
_NAME: rx.Var[str] = js.value(_SCRIPT, "useFilling", "name", str)
_VARIABLES: rx.Var[list[VariableVar]] = js.value(_SCRIPT, "useFilling", "variables", list[VariableVar])


def prompt_dialog() -> rx.Component:
    """Return the closed dialog: a prompt that is taken in the composer opens it."""
    return dialog(
        _DIALOG,
        "/" + _NAME,
        dialog_form(
            _FORM,
            rx.el.input(type="hidden", name="prompt", value=_ID, read_only=True),
            rx.foreach(_VARIABLES, _value),
            submit=t("prompts.insert"),
        ),
        custom_attrs=forgets(),
    )


def _value(variable: rx.Var[VariableVar], index: rx.Var[int]) -> rx.Component:
    field_id = f"prompt-value-{index}"
    return rx.el.div(
        rx.el.label(variable.name, html_for=field_id, dir="auto"),
        rx.el.textarea(
            id=field_id,
            name=acts.VALUE + variable.name,
            default_value=variable.default,
            rows="1",
            dir="auto",
            class_name="input prompt-value",
            **js.props(_SCRIPT, "valueProps"),
        ),
        class_name="field",
        key=f"{_ID} {variable.name} {variable.default}",
    )
