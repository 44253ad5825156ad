"""The page ``/welcome``, to which people come from other sites' sign-in pages: newcomers claim a username."""

from typing import Any

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData

from chat_app.core.accounts.rules import NAME_MAX
from chat_app.ui.components.controls import button
from chat_app.ui.components.display import skeleton
from chat_app.ui.components.forms import FormVars, field, form
from chat_app.ui.i18n import t, t_in
from chat_app.ui.layouts.auth import auth_layout

_MODULE = "$/public/account/welcome.js"
CLAIM = FormVars("claim", _MODULE)
CODE = FormVars("claimCode", _MODULE)


def page() -> rx.Component:
    """Return the page."""
    wanted = rx.cond(_arrival("claim.code_wanted", bool), _code(), _claim())
    return auth_layout(rx.match(_arrival("status", str), ("ready", wanted), ("failed", _failed()), _loading()))


def _claim() -> rx.Component:
    return rx.el.div(
        rx.el.h1(t("identities.claimTitle")),
        rx.el.p(t("identities.claimHint", name=_arrival("claim.provider.name", str)), class_name="meta"),
        form(CLAIM, *_fields(), submit=t("auth.signUp")),
        class_name="column",
    )


def _code() -> rx.Component:
    return rx.el.div(
        rx.el.h1(t("auth.codeTitle")),
        form(
            CODE,
            field(
                "code",
                t("auth.code"),
                error=CODE.error("code"),
                hint=t("auth.codeHint"),
                auto_complete="one-time-code",
                auto_focus=True,
                required=True,
                max_length=100,
            ),
            submit=t("auth.signIn"),
        ),
        class_name="column",
    )


def _fields() -> list[rx.Component]:
    email = _arrival("claim.email", str)
    return [
        field(
            "username",
            t("auth.username"),
            error=CLAIM.error("username"),
            hint=t("identities.usernameHint"),
            default_value=_arrival("claim.username", str),
            auto_complete="username",
            auto_capitalize="none",
            spell_check=False,
            auto_focus=True,
            required=True,
            max_length=100,
        ),
        field(
            "name",
            t("auth.name"),
            error=CLAIM.error("name"),
            hint=t("auth.nameHint"),
            default_value=_arrival("claim.name", str),
            auto_complete="name",
            max_length=NAME_MAX,
        ),
        rx.cond(
            _arrival("claim.email_verified", bool),
            rx.el.p(t("identities.emailIs", email=email), class_name="meta"),
            field(
                "email",
                t("auth.email"),
                error=CLAIM.error("email"),
                default_value=email,
                type="email",
                auto_complete="email",
                required=True,
                max_length=320,
            ),
        ),
    ]


def _failed() -> rx.Component:
    return rx.el.div(
        rx.el.h1(t("identities.failedTitle")),
        rx.el.p(t_in("errors", _arrival("error", str))),
        button(t("identities.toSignIn"), class_name="wide", special_props=[_starts_over()]),
        class_name="column",
    )


def _loading() -> rx.Component:
    lines = [skeleton("70%", "36px"), skeleton("40%"), skeleton("100%", "36px"), skeleton("100%", "36px")]
    return rx.el.div(*lines, class_name="column", aria_busy=True, aria_label=t("common.loading"), role="status")


def _starts_over() -> rx.Var[Any]:
    data = VarData(imports={_MODULE: [ImportVar(tag="actions", alias="arrivalActions")]})
    return rx.Var("{onClick: arrivalActions.startOver}", _var_data=data)


def _arrival(member: str, kind: type) -> rx.Var[Any]:
    data = VarData(hooks={"const arrival = useArrival()": None}, imports={_MODULE: [ImportVar(tag="useArrival")]})
    return rx.Var(f"arrival.{member}", _var_type=kind, _var_data=data).to(kind)
