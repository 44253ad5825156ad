"""The models in a menu, with a search if there are many."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.acts import rooms as acts
from chat_app.ui.components.controls import icon
from chat_app.ui.components.floating import menu
from chat_app.ui.i18n import t
from chat_app.ui.live.room_shapes import ModelVar, OfferedAssistantVar
from chat_app.ui.live.vars import ASSISTANTS, MODELS

_MODULE: Final = "conversation/model_list.js"
_MANY: Final = MODELS.length() > 8
_WORDS: Final = js.value(_MODULE, "useModelList", "words", str)
_ABILITIES: Final = {"vision": "eye", "tools": "wrench", "reasoning": "brain", "audio": "audio-lines"}


@dataclass
class ListedVar(ModelVar):
    """A model in a menu; the first *favorite*, *recent* and *other* one has that as its ``heading``."""

    favorite: bool
    heading: str
    mark: str
    """Two letters that stand for its provider."""
    tint: str
    """The colour of the mark."""
    abilities: list[str]


_LISTED: Final = js.value(_MODULE, "useModelList", "listed", list[ListedVar])


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


def models(item: Callable[[rx.Var[ListedVar]], rx.Component]) -> rx.Component:
    """Return the models that the person may choose and that match the search, each rendered by ``item``, with a star.

    Favorites come first; if there are many, models that were recently chosen here come next.
    """
    return rx.foreach(_LISTED, lambda model: _listed(model, item(model)))


def model_words(model: rx.Var[ListedVar]) -> rx.Component:
    """Return a model's name, above its provider, prices and abilities."""
    about = model.provider + rx.cond(model.price != "", " · " + model.price, "")
    return rx.el.span(
        rx.el.span(model.label),
        rx.el.span(about, rx.foreach(model.abilities, _ability), class_name="meta"),
        class_name="model-words",
        custom_attrs={"data-mark": model.mark, "data-tint": model.tint},
    )


def _ability(letter: rx.Var[str]) -> rx.Component:
    """Return the sign of an ability, with its name."""
    found = [(each[0], _named(icon(symbol, 14), t(f"models.abilities.{each}"))) for each, symbol in _ABILITIES.items()]
    return rx.match(letter, *found, rx.fragment())


def _named(sign: rx.Component, name: rx.Var[str]) -> rx.Component:
    return rx.el.span(sign, class_name="ability", role="img", aria_label=name, title=name)


def _listed(model: rx.Var[ListedVar], item: rx.Component) -> rx.Component:
    star = rx.el.button(
        icon("star", 16),
        type="button",
        role="menuitemcheckbox",
        aria_checked=model.favorite,
        aria_label=t("models.favorite", name=model.label),
        tab_index=-1,
        class_name="menu-star",
        custom_attrs={"data-stays": ""},
        on_click=acts.favorite_model(model.id, ~model.favorite),
    )
    heading = rx.match(
        model.heading,
        ("favorite", rx.el.p(t("models.favorites"), class_name="menu-heading")),
        ("recent", rx.el.p(t("models.recent"), class_name="menu-heading")),
        ("other", rx.el.p(t("models.allOthers"), class_name="menu-heading")),
        rx.fragment(),
    )
    pair = rx.el.div(item, star, role="none", class_name="menu-pair", custom_attrs={"data-model": model.id})
    return rx.fragment(heading, pair, key=model.id)


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
    """Return an assistant's name, above its description."""
    about = rx.cond(each.description != "", each.description, rx.cond(each.by != "", each.by, "@" + each.handle))
    return rx.el.span(
        rx.el.span(each.name, dir="auto"), rx.el.span(about, class_name="meta", dir="auto"), class_name="model-words"
    )


def _assistant_fits(each: rx.Var[OfferedAssistantVar]) -> Any:
    return ~_MANY | js.result("folding.js", "hasWords", bool, _WORDS, each.name + " " + each.handle)
