"""The menu of a room's AI rule and model."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import reflex as rx

from chat_app.core.access.features import Feature
from chat_app.ui import js
from chat_app.ui.acts import rooms as acts
from chat_app.ui.components.controls import icon
from chat_app.ui.components.floating import menu_item, menu_line, opens, toggles
from chat_app.ui.context.acts import CONTEXT, preview
from chat_app.ui.context.forecast import DRAFT
from chat_app.ui.conversation.model_list import assistant_words, assistants, model_menu, model_words, models
from chat_app.ui.i18n import t
from chat_app.ui.live.features import is_on
from chat_app.ui.live.room_shapes import ModelVar
from chat_app.ui.live.vars import ASSISTANTS, CHOICE, IS_ASIDE, MODELS, ROOM


@dataclass
class NextVar:
    """The model, or the assistant, that was chosen for the next message."""

    id: str
    label: str
    assistant: bool


def ai_menu() -> rx.Component:
    """Return the AI rule and model: a menu for people who may change them, otherwise a note; nothing if AI is off."""
    return rx.cond(is_on(Feature.AI), _ai_menu())


def _ai_menu() -> rx.Component:
    summary = [
        icon("sparkles", 14),
        rx.cond(
            IS_ASIDE,
            rx.el.span(ROOM.model_label),
            rx.el.span(_rule_words(), rx.cond(ROOM.ai_rule != "never", rx.fragment(" · ", ROOM.model_label))),
        ),
    ]
    return rx.cond(
        ROOM & (ROOM.can_manage_ai | ROOM.can_choose_model),
        rx.fragment(
            rx.el.button(*summary, type="button", class_name="ai-choice meta", custom_attrs=toggles("ai-menu")),
            model_menu(
                "ai-menu",
                rx.cond(ROOM.can_manage_ai, _rules()),
                rx.cond(ROOM.can_manage_ai & ROOM.can_choose_model, menu_line()),
                rx.cond(ROOM.can_choose_model, _room_models()),
                menu_line(),
                menu_item(
                    "list-checks", t("context.title"), on_click=preview(ROOM.id, DRAFT), custom_attrs=opens(CONTEXT)
                ),
                label=t("drawer.ai"),
            ),
        ),
        rx.el.span(rx.cond(ROOM & ROOM.known, rx.fragment(*summary)), class_name="ai-choice meta"),
    )


def _rules() -> rx.Component:
    rules = {
        "mentioned": t("drawer.ruleMentioned"),
        "helpful": t("drawer.ruleHelpful"),
        "always": t("drawer.ruleAlways"),
        "never": t("drawer.ruleNever"),
    }
    return rx.fragment(
        rx.el.p(t("drawer.rule"), class_name="menu-heading"),
        *(_choice(words, ROOM.ai_rule == rule, acts.set_rule(ROOM.id, rule)) for rule, words in rules.items()),
        rx.cond(ROOM.ai_unpaid, rx.el.p(t("drawer.ruleUnpaid"), class_name="menu-heading wrap", role="note")),
    )


def _room_models() -> rx.Component:
    return rx.fragment(
        rx.el.p(t("drawer.model"), class_name="menu-heading"),
        models(_model),
        assistants(
            lambda each: _choice(
                assistant_words(each), ROOM.ai_assistant == each.id, acts.set_assistant(ROOM.id, each.id)
            )
        ),
    )


def next_model(chosen: NextVar) -> rx.Component:
    """Return the menu of the model for the next message alone, where the person may ask several."""
    choose = partial(js.call, "conversation/replying.js", "chooseNext")
    return rx.cond(
        ROOM & ROOM.can_ask_ai & (ROOM.ai_rule != "never") & ((MODELS.length() > 1) | (ASSISTANTS.length() > 0)),
        rx.fragment(
            rx.el.button(
                icon("at-sign", 16),
                rx.cond(chosen, rx.el.span(chosen.label, class_name="truncate")),
                type="button",
                class_name=rx.cond(chosen, "ai-choice next-model chosen meta", "ai-choice next-model meta"),
                aria_label=rx.cond(chosen, t("composer.nextChosen", model=chosen.label), t("composer.next")),
                custom_attrs={"data-tip": t("composer.next"), "data-side": "top", **toggles("next-model")},
            ),
            model_menu(
                "next-model",
                rx.el.p(t("composer.next"), class_name="menu-heading"),
                _choice(t("composer.nextNone"), rx.cond(chosen, False, True), choose("", "", False)),
                models(
                    lambda each: _choice(model_words(each), chosen.id == each.id, choose(each.id, each.label, False))
                ),
                assistants(
                    lambda each: _choice(assistant_words(each), chosen.id == each.id, choose(each.id, each.name, True))
                ),
                label=t("composer.next"),
            ),
        ),
    )


def home_model() -> rx.Component:
    """Return the menu of the model for a new chat; without a choice, only its name; nothing without AI."""
    name = [icon("sparkles", 14), rx.el.span(CHOICE.label)]
    choice = rx.fragment(
        rx.el.button(*name, type="button", class_name="ai-choice meta", custom_attrs=toggles("model-menu")),
        model_menu("model-menu", models(_home_choice), label=t("drawer.model")),
    )
    alone = rx.el.span(*name, class_name="ai-choice meta")
    return rx.cond(is_on(Feature.AI), rx.cond(MODELS.length() > 1, choice, alone))


def _home_choice(model: rx.Var[ModelVar]) -> rx.Component:
    return _choice(model_words(model), CHOICE.id == model.id, js.call("live/actions.js", "chooseModel", model.id))


def _rule_words() -> rx.Component:
    return rx.match(
        ROOM.ai_rule,
        ("helpful", t("drawer.ruleHelpful")),
        ("always", t("drawer.ruleAlways")),
        ("never", t("room.aiNever")),
        t("drawer.ruleMentioned"),
    )


def _model(model: rx.Var[ModelVar]) -> rx.Component:
    return _choice(
        model_words(model), (ROOM.ai_model == model.id) & (ROOM.ai_assistant == ""), acts.set_model(ROOM.id, model.id)
    )


def _choice(words: Any, chosen: rx.Var[bool], event: Any) -> rx.Component:
    return rx.el.button(
        rx.cond(chosen, icon("check", 16), rx.el.span(class_name="icon-space")),
        rx.el.span(words),
        type="button",
        role="menuitemradio",
        aria_checked=chosen,
        tab_index=-1,
        class_name="menu-item",
        on_click=event,
    )
