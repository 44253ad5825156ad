"""The page ``/join/[token]``: the preview of an invite link, and the button to join."""

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import button, link_button
from chat_app.ui.components.display import notice, skeleton
from chat_app.ui.i18n import t, t_in
from chat_app.ui.join.state import JoinState
from chat_app.ui.layouts.auth import auth_layout

_MODULE = "join/doorway.js"


class _Doorway(rx.Component):
    """The browser's part: joining, and checking again."""

    library = f"$/public/{_MODULE}"
    tag = "Doorway"

    status: rx.Var[str]
    room: rx.Var[str]
    known: rx.Var[bool]
    on_join: rx.EventHandler[rx.event.no_args_event_spec]
    on_look: rx.EventHandler[rx.event.no_args_event_spec]


def page() -> rx.Component:
    """Return the page."""
    shown = rx.match(
        JoinState.status,
        ("ready", _ready()),
        ("site", _to_site()),
        ("waiting", _at_the_door(rx.el.p(t("join.waiting"), role="status"))),
        ("declined", _at_the_door(notice(t("join.turnedAway"), role="status"))),
        ("invalid", _invalid()),
        ("failed", _failed()),
        _loading(),
    )
    doorway = _Doorway.create(
        shown,
        status=JoinState.status,
        room=JoinState.room.id,
        known=JoinState.signed_in,
        on_join=JoinState.join,
        on_look=JoinState.look_again,
    )
    return auth_layout(doorway)


def _ready() -> rx.Component:
    room, error = JoinState.room, JoinState.error
    return rx.el.div(
        rx.el.p(t("join.heading"), class_name="meta"),
        rx.el.h1(JoinState.room.name),
        rx.cond(room.description != "", rx.el.p(room.description)),
        rx.el.p(t("join.members", count=JoinState.members), class_name="meta"),
        rx.cond(error != "", notice(t_in("errors", error), kind="red")),
        rx.cond(JoinState.signed_in, _join(), _sign_in_first()),
        class_name="column",
    )


def _to_site() -> rx.Component:
    new = rx.el.div(
        rx.el.p(t("site.joinHint"), class_name="meta"),
        button(t("auth.signUp"), kind="primary", class_name="wide", on_click=js.call(_MODULE, "toForm", "/sign-up")),
        class_name="column",
    )
    known = rx.el.div(
        rx.el.p(t("site.joinInside"), class_name="meta"),
        link_button(t("join.toRooms"), href="/", class_name="wide"),
        class_name="column",
    )
    return rx.el.div(
        rx.el.p(t("site.joinHeading"), class_name="meta"),
        rx.el.h1(js.result("device.js", "siteName", str)),
        rx.cond(JoinState.signed_in, known, new),
        class_name="column",
    )


def _join() -> rx.Component:
    return button(t("join.join"), kind="primary", class_name="wide", on_click=JoinState.join)


def _sign_in_first() -> rx.Component:
    return rx.el.div(
        rx.el.p(t("join.signInFirst"), class_name="meta"),
        button(t("auth.signUp"), kind="primary", class_name="wide", on_click=js.call(_MODULE, "toForm", "/sign-up")),
        button(t("auth.signIn"), class_name="wide", on_click=js.call(_MODULE, "toForm", "/sign-in")),
        class_name="column",
    )


def _at_the_door(said: rx.Component) -> rx.Component:
    return rx.el.div(
        rx.el.p(t("join.heading"), class_name="meta"),
        rx.el.h1(JoinState.room.name),
        said,
        link_button(t("join.toRooms"), href="/", class_name="wide"),
        class_name="column",
    )


def _invalid() -> rx.Component:
    return rx.el.div(
        rx.el.h1(t("join.invalidTitle")),
        rx.el.p(t("join.invalidHint")),
        link_button(
            rx.cond(JoinState.signed_in, t("join.toRooms"), t("auth.signIn")),
            href=rx.cond(JoinState.signed_in, "/", "/sign-in"),
            class_name="wide",
        ),
        class_name="column",
    )


def _failed() -> rx.Component:
    return rx.el.div(
        rx.el.h1(t("join.failedTitle")),
        rx.el.p(t_in("errors", JoinState.error)),
        button(t("common.retry"), class_name="wide", on_click=JoinState.load),
        class_name="column",
    )


def _loading() -> rx.Component:
    lines = [skeleton("40%"), skeleton("70%", "36px"), skeleton("30%"), skeleton("100%", "36px")]
    return rx.el.div(*lines, class_name="column", aria_busy=True, aria_label=t("common.loading"), role="status")
