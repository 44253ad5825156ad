"""The layout of pages with a person's own and shared things, such as prompts: two lists, or the chosen item."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from chat_app.ui.components.controls import AGAIN, button, icon, link_button
from chat_app.ui.components.display import empty, skeleton
from chat_app.ui.i18n import t
from chat_app.ui.layouts.shell import shell
from chat_app.ui.layouts.sidebar import sidebar_button

Row = Callable[[Any], rx.Component]


def own_and_shared(
    words: str, state: Any, symbol: str, *, own: Row, others: Row, new: Callable[[str], rx.Component], one: rx.Component
) -> rx.Component:
    """Return the page whose texts begin with ``words``, which is its address too.

    ``own`` and ``others`` return a row of the lists, ``new`` the link to a new one in a class of style.
    """
    lists = rx.fragment(
        rx.el.section(
            rx.el.p(t(f"{words}.hint"), class_name="meta"),
            rx.cond(
                state.own.length() > 0,
                rx.fragment(new("own-width"), _list(state.own, own), _more(state, state.more_own, shared=False)),
                empty(t(f"{words}.empty"), new(""), symbol=symbol),
            ),
        ),
        rx.cond(
            state.shared.length() > 0,
            rx.el.section(
                rx.el.h2(t(f"{words}.others")),
                _list(state.shared, others),
                _more(state, state.more_shared, shared=True),
            ),
        ),
    )
    content = rx.match(
        state.status,
        ("ready", rx.cond(state.chosen.id == "", lists, one)),
        ("absent", empty(t(f"{words}.absent"), link_button(t(f"{words}.all"), href=f"/{words}"))),
        ("failed", empty(t(f"{words}.failed"), button(t("common.retry"), on_click=state.load))),
        _loading(),
    )
    return shell(
        rx.el.header(sidebar_button(), rx.el.h1(t(f"{words}.title")), class_name="room-header"),
        rx.el.div(rx.el.div(content, class_name="settings"), class_name="scrolls"),
    )


def new_link(words: str, href: str, class_name: str) -> rx.Component:
    """Return the link to a new one."""
    return link_button(icon("plus", 16), t(f"{words}.new"), href=href, kind="primary", class_name=class_name)


def back_link(words: str) -> rx.Component:
    """Return the link from one to the lists."""
    back = icon("arrow-left", 16), t(f"{words}.all")
    return link_button(*back, href=f"/{words}", kind="plain", class_name="own-width prompt-back")


def _list(rows: rx.Var[list[Any]], row: Row) -> rx.Component:
    return rx.el.ul(rx.foreach(rows, row), class_name="prompt-list")


def _more(state: Any, more: rx.Var[bool], *, shared: bool) -> rx.Component:
    further = button(t("common.more"), on_click=state.show_more(shared).throttle(AGAIN))
    return rx.cond(more, rx.el.div(further, class_name="show-more"))


def _loading() -> rx.Component:
    lines = [skeleton(width, "44px") for width in ("40%", "100%", "100%")]
    return rx.el.div(*lines, class_name="form", aria_busy=True, aria_label=t("common.loading"), role="status")
