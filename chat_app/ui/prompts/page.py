"""The page ``/prompts``: the person's prompts and those of others, and the one that is written or looked at."""

from collections.abc import Callable

import reflex as rx

from chat_app.ui.components.controls import AGAIN, button, icon, link, link_button
from chat_app.ui.components.display import avatar, badge, empty, skeleton
from chat_app.ui.i18n import t
from chat_app.ui.layouts.shell import shell
from chat_app.ui.layouts.sidebar import sidebar_button
from chat_app.ui.prompts.editor import deletion, editor, reader
from chat_app.ui.prompts.state import NEW, PromptsState, PromptVar

_CHOSEN = PromptsState.chosen


def page() -> rx.Component:
    """Return the page."""
    return shell(
        rx.el.header(sidebar_button(), rx.el.h1(t("prompts.title")), class_name="room-header"),
        rx.el.div(
            rx.el.div(
                rx.match(
                    PromptsState.status,
                    ("ready", rx.cond(_CHOSEN.id == "", _lists(), _one())),
                    ("absent", empty(t("prompts.absent"), link_button(t("prompts.all"), href="/prompts"))),
                    ("failed", empty(t("prompts.failed"), button(t("common.retry"), on_click=PromptsState.load))),
                    _loading(),
                ),
                class_name="settings",
            ),
            class_name="scrolls",
        ),
    )


def _lists() -> rx.Component:
    own, shared = PromptsState.own, PromptsState.shared
    return rx.fragment(
        rx.el.section(
            rx.el.p(t("prompts.hint"), class_name="meta"),
            rx.cond(
                own.length() > 0,
                rx.fragment(_new("own-width"), _list(own, _own), _more(PromptsState.more_own, shared=False)),
                empty(t("prompts.empty"), _new(), symbol="text-quote"),
            ),
        ),
        rx.cond(
            shared.length() > 0,
            rx.el.section(
                rx.el.h2(t("prompts.others")), _list(shared, _others), _more(PromptsState.more_shared, shared=True)
            ),
        ),
    )


def _new(class_name: str = "") -> rx.Component:
    href = f"/prompts?prompt={NEW}"
    return link_button(icon("plus", 16), t("prompts.new"), href=href, kind="primary", class_name=class_name)


def _list(prompts: rx.Var[list[PromptVar]], row: Callable[[rx.Var[PromptVar]], rx.Component]) -> rx.Component:
    return rx.el.ul(rx.foreach(prompts, row), class_name="prompt-list")


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


def _more(more: rx.Var[bool], *, shared: bool) -> rx.Component:
    further = button(t("common.more"), on_click=PromptsState.show_more(shared).throttle(AGAIN))
    return rx.cond(more, rx.el.div(further, class_name="show-more"))


def _one() -> rx.Component:
    """Return the prompt that is written, or that somebody else shares."""
    return rx.el.section(
        link_button(
            icon("arrow-left", 16), t("prompts.all"), href="/prompts", kind="plain", class_name="own-width prompt-back"
        ),
        rx.cond(_CHOSEN.author == "", editor(), reader()),
        rx.cond(_CHOSEN.deletable, deletion()),
    )


def _loading() -> rx.Component:
    lines = [skeleton(width, "44px") for width in ("40%", "100%", "100%")]
    return rx.el.div(*lines, class_name="form", aria_busy=True, aria_label=t("common.loading"), role="status")
