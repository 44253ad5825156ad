"""The card of first steps on the home page of a new person."""

from typing import Any

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import AGAIN, button, icon, icon_button, link
from chat_app.ui.components.floating import opens
from chat_app.ui.home.state import HomeState
from chat_app.ui.i18n import t
from chat_app.ui.layouts.new_room import DIALOG as NEW_ROOM

_STEPS = HomeState.steps


def first_steps() -> rx.Component:
    """Return the steps, each with a mark once it is made, and the way to the tour."""
    return rx.el.section(
        rx.el.header(
            rx.el.h2(t("steps.title"), id="first-steps"),
            icon_button("x", t("steps.dismiss"), tip="end", on_click=HomeState.dismiss),
        ),
        rx.el.ul(
            rx.el.li(_act("steps.ask", _STEPS.asked, on_click=js.call("conversation/writing.js", "focus"))),
            rx.el.li(_act("steps.create", _STEPS.created, custom_attrs=opens(NEW_ROOM))),
            rx.el.li(
                rx.cond(
                    _STEPS.room != "",
                    _goes("steps.invite", _STEPS.invited, "/r/" + _STEPS.room),
                    _act("steps.invite", _STEPS.invited, custom_attrs=opens(NEW_ROOM)),
                )
            ),
            rx.el.li(_goes("steps.meet", _STEPS.met, "/people")),
        ),
        rx.cond(
            ~_STEPS.toured,
            button(icon("map", 16), t("steps.tour"), on_click=HomeState.take_tour.throttle(AGAIN)),
        ),
        class_name="first-steps",
        aria_labelledby="first-steps",
    )


def _act(words: str, made: rx.Var[bool], **props: Any) -> rx.Component:
    return rx.el.button(*_shown(words, made), type="button", class_name=_class(made), **props)


def _goes(words: str, made: rx.Var[bool], href: rx.Var[str] | str) -> rx.Component:
    return link(*_shown(words, made), href=href, class_name=_class(made))


def _shown(words: str, made: rx.Var[bool]) -> tuple[rx.Component, ...]:
    mark = rx.cond(made, icon("circle-check", 18), icon("circle", 18))
    return mark, rx.el.span(t(words)), rx.cond(made, rx.el.span(t("steps.made"), class_name="visually-hidden"))


def _class(made: rx.Var[bool]) -> rx.Var[str]:
    return rx.cond(made, "step made", "step")
