"""The models in a menu, with a search where there are many."""

from collections.abc import Callable
from typing import Any, Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import icon
from chat_app.ui.components.floating import menu
from chat_app.ui.i18n import t
from chat_app.ui.live.room_shapes import ModelVar, OfferedAssistantVar
from chat_app.ui.live.vars import ASSISTANTS, MODELS

_MODULE: Final = "conversation/model_list.js"
_MANY: Final = MODELS.length() > 8
_WORDS: Final = js.value(_MODULE, "useModelWords", "words", str)


def model_menu(menu_id: str, *items: rx.Component, label: rx.Var[str]) -> rx.Component:
    """Return a closed menu with :func:`models` among its items."""
    search = rx.el.div(
        icon("search", 16),
        rx.el.input(
            type="search",
            value=_WORDS,
            placeholder=t("models.seek"),
            aria_label=t("models.seek"),
            auto_complete="off",
            **js.props(_MODULE, "modelSearch"),
        ),
        class_name="menu-search model-search",
    )
    return menu(
        menu_id,
        rx.cond(_MANY, search),
        rx.el.div(*items, role=rx.cond(_MANY, "menu", "group"), aria_label=label),
        label=label,
        role=rx.cond(_MANY, "dialog", "menu"),
        kind="answerers",
    )


def models(item: Callable[[rx.Var[ModelVar]], rx.Component]) -> rx.Component:
    """Return the models that the person may choose and that fit the search, each as ``item`` makes it."""
    return rx.foreach(MODELS, lambda model: rx.cond(_fits(model), item(model)))


def model_words(model: rx.Var[ModelVar]) -> rx.Component:
    """Return a model's name, above its provider and prices."""
    about = model.provider + rx.cond(model.price != "", " · " + model.price, "")
    return rx.el.span(rx.el.span(model.label), rx.el.span(about, class_name="meta"), class_name="model-words")


def assistants(item: Callable[[rx.Var[OfferedAssistantVar]], rx.Component]) -> rx.Component:
    """Return the assistants that the person may ask and that fit the search, each as ``item`` makes it."""
    return rx.cond(
        ASSISTANTS.length() > 0,
        rx.fragment(
            rx.el.p(t("assistants.title"), class_name="menu-heading"),
            rx.foreach(ASSISTANTS, lambda each: rx.cond(_assistant_fits(each), item(each))),
        ),
    )


def assistant_words(each: rx.Var[OfferedAssistantVar]) -> rx.Component:
    """Return an assistant's name, above what it is for."""
    about = rx.cond(each.description != "", each.description, rx.cond(each.by != "", each.by, "@" + each.handle))
    return rx.el.span(
        rx.el.span(each.name, dir="auto"), rx.el.span(about, class_name="meta", dir="auto"), class_name="model-words"
    )


def _assistant_fits(each: rx.Var[OfferedAssistantVar]) -> Any:
    return ~_MANY | js.result(_MODULE, "fitsModel", bool, _WORDS, each.name + " " + each.handle)


def _fits(model: rx.Var[ModelVar]) -> Any:
    return ~_MANY | js.result(_MODULE, "fitsModel", bool, _WORDS, model.label + " " + model.provider + " " + model.id)
