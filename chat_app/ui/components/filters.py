"""A search field and choices above a list; on a phone a button opens the choices."""

from collections.abc import Mapping
from typing import Any, Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import button, icon
from chat_app.ui.components.display import badge
from chat_app.ui.i18n import t

_FORMS: Final = "components/forms.js"
PAUSE: Final = 200  # ms without a further letter


def filter_panel(
    name: str,
    *choices: rx.Component,
    active: rx.Var[int] | int,
    search: rx.Component | None = None,
    of_form: bool = False,
) -> rx.Component:
    """Return the filters of a list, of which ``active`` are in use.

    ``name`` is an identifier, unique on the page. The fields in ``of_form`` have their own layout.
    """
    kind = "" if of_form else "admin-filters "
    shown = js.value(_FORMS, "useShown", name, bool)
    opener = button(
        icon("sliders-horizontal", 16),
        t("filters.title"),
        rx.cond(active > 0, badge(active, kind="accent")),
        on_click=js.call(_FORMS, "toggleShown", name),
        aria_expanded=shown,
        aria_controls=f"{name}-filters",
        class_name="filter-opener",
    )
    return rx.el.div(
        rx.el.div(*([search] if search is not None else []), opener, class_name="filter-line"),
        rx.el.div(*choices, id=f"{name}-filters", class_name=rx.cond(shown, kind + "opened", kind + "folded")),
        class_name="filter-panel",
    )


def search_field(label: rx.Var[str], hint: rx.Var[str], state: Any) -> rx.Component:
    """Return the field for the ``words`` of a state, whose event ``search`` takes them soon after the last letter."""
    return rx.el.label(
        icon("search"),
        rx.el.input(
            type="search",
            placeholder=hint,
            aria_label=label,
            auto_complete="off",
            max_length=100,
            default_value=state.words,
            on_change=state.search.debounce(PAUSE),
        ),
        class_name="search-field",
    )


def choice(label: rx.Var[str], options: Mapping[str, rx.Var[str]], value: rx.Var[str], choose: Any) -> rx.Component:
    """Return a labelled choice among ``options`` (value → its words), which the event ``choose`` takes."""
    return rx.el.label(
        rx.el.span(label, class_name="label"),
        rx.el.select(
            *(rx.el.option(words, value=each) for each, words in options.items()),
            value=value,
            on_change=choose,
            class_name="input",
        ),
        class_name="field",
    )


def counted(*values: rx.Var[str]) -> rx.Var[int]:
    """Return how many of these choices are made."""
    first, *others = (rx.cond(value != "", 1, 0).to(int) for value in values)
    for each in others:
        first = first + each
    return first
