"""The page ``/prompts``: the person's prompts and other people's, and the one that is written or viewed."""

import reflex as rx

from chat_app.ui.components.controls import icon, link
from chat_app.ui.components.display import avatar, badge
from chat_app.ui.i18n import t
from chat_app.ui.layouts.own_and_shared import back_link, new_link, own_and_shared
from chat_app.ui.prompts.editor import deletion, editor, reader
from chat_app.ui.prompts.state import NEW, PromptsState, PromptVar

_CHOSEN = PromptsState.chosen


def page() -> rx.Component:
    """Return the page."""
    return own_and_shared("prompts", PromptsState, "text-quote", own=_own, others=_others, new=_new, one=_one())


def _new(class_name: str) -> rx.Component:
    return new_link("prompts", f"/prompts?prompt={NEW}", class_name)


def _own(prompt: rx.Var[PromptVar]) -> rx.Component:
    return _row(prompt, rx.cond(prompt.shared, badge(t("prompts.shared"))))


def _others(prompt: rx.Var[PromptVar]) -> rx.Component:
    author = prompt.author
    picture = avatar(author.id, author.name, author.color, author.avatar, "small")
    return _row(prompt, rx.el.span(picture, rx.el.span(author.name, class_name="truncate"), class_name="prompt-author"))


def _row(prompt: rx.Var[PromptVar], whose: rx.Component) -> rx.Component:
    return rx.el.li(
        link(
            rx.el.span(
                rx.el.span("/", prompt.name, class_name="truncate"),
                rx.cond(
                    prompt.description != "",
                    rx.el.span(prompt.description, class_name="meta truncate", dir="auto"),
                ),
                class_name="who",
            ),
            whose,
            icon("chevron-right", 16),
            href="/prompts?prompt=" + prompt.id,
            class_name="prompt-row",
        ),
        key=prompt.id,
    )


def _one() -> rx.Component:
    """Return the form of the person's prompt, or the view of another person's."""
    return rx.el.section(
        back_link("prompts"),
        rx.cond(_CHOSEN.author == "", editor(), reader()),
        rx.cond(_CHOSEN.deletable, deletion()),
    )
