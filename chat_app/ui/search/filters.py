"""What is looked for: words, and where, from whom, when."""

from typing import Any

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData

from chat_app.core.search.rules import QUERY_MAX
from chat_app.ui.components.controls import icon
from chat_app.ui.i18n import t
from chat_app.ui.live.shapes import SidebarVar
from chat_app.ui.live.vars import ROOMS, hooked

_MODULE = "search.js"


def filters() -> rx.Component:
    """Return the form, which looks while one types."""
    return rx.el.form(
        rx.el.label(
            icon("search"),
            rx.el.span(t("search.title"), class_name="visually-hidden"),
            rx.el.input(
                type="search",
                value=search("q", str),
                placeholder=t("search.placeholder"),
                max_length=QUERY_MAX,
                auto_focus=True,
                auto_complete="off",
                special_props=[_input("q")],
            ),
            class_name="search-field",
        ),
        rx.el.div(
            _labelled("room", _rooms()),
            _labelled("from", _text("from", placeholder=t("search.fromHint"), auto_capitalize="none")),
            _labelled("after", _text("after", type="date")),
            _labelled("before", _text("before", type="date")),
            class_name="search-filters",
        ),
        rx.el.div(_check("image", "search.image"), _check("starred", "search.starred"), class_name="search-checks"),
        role="search",
        special_props=[_submit()],
    )


def search(name: str, kind: Any) -> rx.Var[Any]:
    """Return what is looked for, or was found."""
    return hooked(name, "useSearch", _MODULE, kind)


def does(action: str) -> rx.Var[Any]:
    """Return the ``special_props`` of a button that does something to what was found."""
    return rx.Var(f"{{onClick: searchActions.{action}}}", _var_data=_imports("actions", "searchActions"))


def _rooms() -> rx.Component:
    return rx.el.select(
        rx.el.option(t("search.everywhere"), value=""),
        rx.foreach(ROOMS, lambda room: _room(room)),
        value=search("room", str),
        id="search-room",
        class_name="input",
        special_props=[_input("room")],
    )


def _room(room: rx.Var[SidebarVar]) -> rx.Component:
    return rx.el.option(room.name, value=room.id, key=room.id)


def _text(name: str, **props: Any) -> rx.Component:
    return rx.el.input(
        value=search(name, str),
        id=f"search-{name}",
        class_name="input",
        auto_complete="off",
        special_props=[_input(name)],
        **props,
    )


def _labelled(name: str, control: rx.Component) -> rx.Component:
    return rx.el.div(rx.el.label(t(f"search.{name}"), html_for=f"search-{name}", class_name="meta"), control)


def _check(name: str, words: str) -> rx.Component:
    return rx.el.label(
        rx.el.input(type="checkbox", checked=search(name, bool), special_props=[_input(name)]),
        rx.el.span(t(words)),
        class_name="check",
    )


def _input(name: str) -> rx.Var[Any]:
    return rx.Var(f"searchInputs.{name}", _var_data=_imports("inputs", "searchInputs"))


def _submit() -> rx.Var[Any]:
    return rx.Var("{onSubmit: searchActions.submit}", _var_data=_imports("actions", "searchActions"))


def _imports(name: str, alias: str) -> VarData:
    return VarData(imports={f"$/public/{_MODULE}": [ImportVar(tag=name, alias=alias)]})
