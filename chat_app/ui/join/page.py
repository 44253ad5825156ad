"""The page ``/join/[token]``: what the link leads to, and the way in."""

from typing import Any

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData

from chat_app.ui.components.controls import button, link_button
from chat_app.ui.components.display import notice, skeleton
from chat_app.ui.i18n import t
from chat_app.ui.layouts.auth import auth_layout

_MODULE = "$/public/account/join.js"


def page() -> rx.Component:
    """Return the page."""
    return auth_layout(
        rx.match(
            _invitation("status", str),
            ("ready", _ready()),
            ("waiting", _at_the_door(rx.el.p(t("join.waiting"), role="status"))),
            ("turnedAway", _at_the_door(notice(t("join.turnedAway"), role="status"))),
            ("invalid", _invalid()),
            ("failed", _failed()),
            _loading(),
        )
    )


def _ready() -> rx.Component:
    error, description = _invitation("error", str), _invitation("description", str)
    return rx.el.div(
        rx.el.p(t("join.heading"), class_name="meta"),
        rx.el.h1(_invitation("name", str)),
        rx.cond(description != "", rx.el.p(description)),
        rx.el.p(t("join.members", count=_invitation("members", int)), class_name="meta"),
        rx.cond(error != "", notice(error, kind="red")),
        rx.cond(_invitation("signedIn", bool), _join(), _sign_in_first()),
        class_name="column",
    )


def _join() -> rx.Component:
    return _button(t("join.join"), "join", kind="primary", busy=_invitation("busy", bool))


def _sign_in_first() -> rx.Component:
    return rx.el.div(
        rx.el.p(t("join.signInFirst"), class_name="meta"),
        _button(t("auth.signUp"), "signUp", kind="primary"),
        _button(t("auth.signIn"), "signIn"),
        class_name="column",
    )


def _at_the_door(said: rx.Component) -> rx.Component:
    return rx.el.div(
        rx.el.p(t("join.heading"), class_name="meta"),
        rx.el.h1(_invitation("name", str)),
        said,
        link_button(t("join.toRooms"), href="/", class_name="wide"),
        class_name="column",
    )


def _invalid() -> rx.Component:
    return rx.el.div(
        rx.el.h1(t("join.invalidTitle")),
        rx.el.p(t("join.invalidHint")),
        link_button(t("join.toRooms"), href="/", class_name="wide"),
        class_name="column",
    )


def _failed() -> rx.Component:
    return rx.el.div(
        rx.el.h1(t("join.failedTitle")),
        rx.el.p(_invitation("error", str)),
        _button(t("common.retry"), "retry"),
        class_name="column",
    )


def _loading() -> rx.Component:
    lines = [skeleton("40%"), skeleton("70%", "36px"), skeleton("30%"), skeleton("100%", "36px")]
    return rx.el.div(*lines, class_name="column", aria_busy=True, aria_label=t("common.loading"), role="status")


def _button(words: rx.Var[str], action: str, **props: Any) -> rx.Component:
    data = VarData(imports={_MODULE: [ImportVar(tag="actions", alias="joining")]})
    return button(
        words, class_name="wide", special_props=[rx.Var(f"{{onClick: joining.{action}}}", _var_data=data)], **props
    )


def _invitation(member: str, kind: type) -> rx.Var[Any]:
    data = VarData(
        hooks={"const invitation = useInvitation()": None}, imports={_MODULE: [ImportVar(tag="useInvitation")]}
    )
    return rx.Var(f"invitation.{member}", _var_type=kind, _var_data=data).to(kind)
