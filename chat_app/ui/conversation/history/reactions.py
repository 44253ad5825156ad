"""Reactions of a message, and the picker for a new one."""

from dataclasses import dataclass
from typing import Any, Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import icon, icon_button
from chat_app.ui.components.floating import menu, toggles
from chat_app.ui.i18n import t, t_in
from chat_app.ui.live.shapes import ReactionVar, RowVar

PICKER: Final = "reactions"
_ALL: Final = "all-emoji"
_MODULE: Final = "conversation/reactions/picked.js"
_ALL_MODULE: Final = "conversation/reactions/all.js"


@dataclass
class EmojiVar:
    """An emoji, and its name once that is loaded."""

    emoji: str
    name: str


@dataclass
class SectionVar:
    """A category of emoji."""

    name: str
    emoji: list[EmojiVar]


def reactions(row: rx.Var[RowVar]) -> rx.Component:
    """Return the reactions of a message, as chips that add and remove the person's own."""
    return rx.cond(
        row.reactions.length() > 0,
        rx.el.div(
            rx.foreach(row.reactions, lambda reaction: _chip(row, reaction)),
            rx.cond(
                row.can_react,
                rx.el.button(
                    icon("smile-plus", 14),
                    type="button",
                    class_name="reaction add",
                    aria_label=t("reactions.add"),
                    custom_attrs=opens_picker(),
                ),
            ),
            class_name="reactions",
            role="group",
            aria_label=t("reactions.title"),
        ),
    )


def opens_picker() -> dict[str, Any]:
    """Return the ``custom_attrs`` of a button within a message that offers reactions to it."""
    return toggles(PICKER)


def picker() -> rx.Component:
    """Return the picker of reactions, one for all messages: some are shown, and all on request."""
    return rx.fragment(_at_hand(), _all())


def _at_hand() -> rx.Component:
    return menu(
        PICKER,
        rx.el.div(
            rx.foreach(js.value(_MODULE, "usePicked", "quick", list[str]), _quick),
            icon_button(
                "ellipsis",
                t("reactions.all"),
                tip="end",
                role="menuitem",
                custom_attrs={"data-stays": ""},
                on_click=js.call(_MODULE, "more"),
            ),
            class_name="reaction-row",
            role="presentation",
        ),
        label=t("reactions.add"),
        kind="reaction-picker",
        grid=True,
    )


def _all() -> rx.Component:
    """Return all emoji, with a field that finds them by name."""
    return menu(
        _ALL,
        rx.el.div(
            icon("search", 16),
            rx.el.input(
                type="search",
                value=js.value(_ALL_MODULE, "useEmoji", "query", str),
                placeholder=t("reactions.search"),
                aria_label=t("reactions.search"),
                auto_complete="off",
                **js.props(_ALL_MODULE, "search"),
            ),
            class_name="menu-search",
        ),
        rx.el.div(
            rx.foreach(js.value(_ALL_MODULE, "useEmoji", "sections", list[SectionVar]), _section),
            rx.el.p(
                rx.cond(js.value(_ALL_MODULE, "useEmoji", "nothing", bool), t("reactions.none"), ""),
                class_name="meta",
                role="status",
            ),
            class_name="emoji-sections",
            role="group",
            aria_label=t("reactions.all"),
            tab_index=0,
        ),
        label=t("reactions.all"),
        kind="emoji-picker",
        grid=True,
        role="dialog",
    )


def listed(names: rx.Var[list[str]]) -> rx.Var[str]:
    """Return names as the reader's language lists them: "Ben, Chloé and Emma"."""
    return js.result("live/lines.js", "named", str, names, 0, "")


def _chip(row: rx.Var[RowVar], reaction: rx.Var[ReactionVar]) -> rx.Component:
    names = listed(reaction.names)
    alone = reaction.names.length() == 0
    who = rx.cond(
        reaction.mine,
        rx.cond(alone, t("reactions.you"), t("reactions.youAnd", names=names)),
        rx.cond(alone, t("people.gone"), names),
    )
    return rx.el.button(
        rx.el.span(reaction.emoji, class_name="emoji"),
        rx.el.span(reaction.count),
        type="button",
        class_name=rx.cond(reaction.mine, "reaction mine", "reaction"),
        aria_pressed=reaction.mine,
        aria_label=t("reactions.chip", emoji=reaction.emoji, names=who),
        disabled=~row.can_react,
        key=reaction.emoji,
        title=who,
        on_click=js.call("live/marks.js", "toggleReaction", row.id, reaction.emoji),
    )


def _quick(emoji: rx.Var[str]) -> rx.Component:
    return _choice(emoji, role="menuitem", key=emoji)


def _section(section: rx.Var[SectionVar]) -> rx.Component:
    return rx.el.section(
        rx.el.h3(t_in("reactions.groups", section.name), class_name="menu-heading"),
        rx.el.div(rx.foreach(section.emoji, _named), class_name="emoji-grid"),
        key=section.name,
    )


def _named(choice: rx.Var[EmojiVar]) -> rx.Component:
    name = rx.cond(choice.name != "", choice.name, choice.emoji)
    return _choice(choice.emoji, aria_label=name, title=name, key=choice.emoji, custom_attrs={"data-item": ""})


def _choice(emoji: rx.Var[str], **props: Any) -> rx.Component:
    return rx.el.button(
        emoji,
        type="button",
        tab_index=-1,
        class_name="emoji-choice",
        on_click=js.call(_MODULE, "give", emoji),
        **props,
    )
