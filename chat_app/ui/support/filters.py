"""The form with the filters and the order of support's conversations."""

import reflex as rx

from chat_app.core.rooms.kinds.help import HelpState
from chat_app.core.support.queries import SessionOrder
from chat_app.ui.components.filters import filter_panel
from chat_app.ui.components.forms import FormVars, described, field, form
from chat_app.ui.i18n import t
from chat_app.ui.support.state import SupportState

_FORM = FormVars("supportFilter", state=SupportState, send=SupportState.filter)


def filters() -> rx.Component:
    """Return the form."""
    states = {"": t("support.anyState"), **{each.value: t(f"support.states.{each.value}") for each in HelpState}}
    assisted = {"": t("support.eitherWay"), "yes": t("support.assisted"), "no": t("support.notAssisted")}
    orders = {each.value: t(f"support.orders.{each.value}") for each in SessionOrder}
    chosen = form(
        _FORM,
        rx.el.div(
            _choice("order", t("support.order"), orders),
            _choice("state", t("support.state"), states),
            _choice("assisted", t("support.help"), assisted),
            _text("person", t("support.person"), max_length=40),
            _text("since", t("support.since"), type="date"),
            _text("until", t("support.until"), type="date"),
            class_name="support-filters",
            key=SupportState.narrowed,  # so that it shows whom the list was narrowed to
        ),
        submit=t("support.filter"),
    )
    return filter_panel("support", chosen, active=SupportState.active, of_form=True)


def _choice(name: str, label: rx.Var[str], choices: dict[str, rx.Var[str]]) -> rx.Component:
    control = rx.el.select(
        *(rx.el.option(words, value=value) for value, words in choices.items()),
        class_name="input",
        default_value=SupportState.chosen[name],
        **described(name, form="support"),
    )
    return field(name, label, control=control, form="support")


def _text(name: str, label: rx.Var[str], **props: object) -> rx.Component:
    value = SupportState.chosen[name]
    return field(name, label, error=_FORM.error(name), form="support", default_value=value, **props)
