"""A field for a person, with suggestions while one types."""

from dataclasses import dataclass

import reflex as rx

from chat_app.ui import js
from chat_app.ui.acts import people as acts
from chat_app.ui.acts.state import Acts
from chat_app.ui.components.display import who
from chat_app.ui.components.forms import described, field
from chat_app.ui.i18n import t
from chat_app.ui.live.shapes import PersonVar

PAUSE = 150  # ms without a further letter
_MODULE = "components/person_field.js"


@dataclass
class TypedVar:
    """The words in the field, and the id of the suggestion that Enter takes."""

    words: str
    chosen: str


def person_field(form: str, name: str, label: rx.Var[str], *, error: rx.Var[str]) -> rx.Component:
    """Return the field ``name`` of the form ``form``; it takes an email as well."""
    listbox = f"{form}-offers"
    typed: TypedVar = js.value(_MODULE, "useTyped", form, TypedVar, rx.Var.create(listbox))
    shown = (typed.words != "") & (typed.words == Acts.offers.words) & (Acts.offers.people.length() > 0)

    def offer(person: rx.Var[PersonVar], n: rx.Var[int]) -> rx.Component:
        option = f"{form}-offer-" + n.to_string()
        return _offer(person, option, typed.chosen == option)

    control = rx.el.div(
        rx.el.input(
            class_name="input",
            required=True,
            max_length=320,
            auto_capitalize="none",
            spell_check=False,
            role="combobox",
            aria_expanded=shown,
            aria_controls=listbox,
            custom_attrs={
                "autocomplete": "off",
                "aria-autocomplete": "list",
                "aria-activedescendant": typed.chosen,
            },
            on_change=acts.offer.debounce(PAUSE),
            **js.props(_MODULE, "pickProps"),
            **described(name, error, form),
        ),
        rx.el.ul(
            rx.cond(shown, rx.foreach(Acts.offers.people, offer)),
            id=listbox,
            role="listbox",
            aria_label=t("common.suggestions"),
            class_name=rx.cond(shown, "offers", "offers none"),
        ),
        class_name="with-offers",
    )
    return field(name, label, error=error, form=form, control=control)


def _offer(person: rx.Var[PersonVar], option: rx.Var[str], chosen: rx.Var[bool]) -> rx.Component:
    return rx.el.li(
        who(person),
        id=option,
        key=person.id,
        role="option",
        aria_selected=chosen,
        class_name="menu-item",
        custom_attrs={"data-username": person.username},
        **js.press(_MODULE, "take", person.username),
    )
