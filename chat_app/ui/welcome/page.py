"""The page ``/welcome`` after another site's sign-in page: newcomers choose a username."""

from dataclasses import dataclass

import reflex as rx

from chat_app.core.accounts.rules import NAME_MAX
from chat_app.ui import js
from chat_app.ui.components.account_fields import email_field
from chat_app.ui.components.controls import button
from chat_app.ui.components.display import skeleton
from chat_app.ui.components.forms import HAS_KEYBOARD, FormVars, field, form
from chat_app.ui.components.passkeys import passkey_for_code
from chat_app.ui.i18n import t, t_in
from chat_app.ui.layouts.auth import auth_layout
from chat_app.ui.sign_in.state import ProviderVar
from chat_app.ui.sign_in.waiting import waiting_or

_MODULE = "welcome/arrival.js"
CLAIM = FormVars("claim", send=js.function(_MODULE, "claim"))
CODE = FormVars("claimCode", send=js.function(_MODULE, "claimCode"))


@dataclass
class ClaimVar:
    """The person's profile at the provider that has sent them."""

    provider: ProviderVar
    username: str
    name: str
    email: str
    email_verified: bool
    code_wanted: bool


_CLAIM: ClaimVar = js.value(_MODULE, "useArrival", "claim", ClaimVar)  # type: ignore[assignment]


def page() -> rx.Component:
    """Return the page."""
    status = js.value(_MODULE, "useArrival", "status", str)
    wanted = rx.cond(_CLAIM.code_wanted, _code(), _claim())
    return auth_layout(rx.match(status, ("ready", waiting_or(wanted)), ("failed", _failed()), _loading()))


def _claim() -> rx.Component:
    return rx.el.div(
        rx.el.h1(t("identities.claimTitle")),
        rx.el.p(t("identities.claimHint", name=_CLAIM.provider.name), class_name="meta"),
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
                auto_focus=HAS_KEYBOARD,
                required=True,
                max_length=100,
            ),
            passkey_for_code("field-code"),
            submit=t("auth.signIn"),
        ),
        class_name="column",
    )


def _fields() -> list[rx.Component]:
    email = _CLAIM.email
    return [
        field(
            "username",
            t("auth.username"),
            error=CLAIM.error("username"),
            hint=t("identities.usernameHint"),
            default_value=_CLAIM.username,
            auto_complete="username",
            auto_capitalize="none",
            spell_check=False,
            auto_focus=HAS_KEYBOARD,
            required=True,
            max_length=100,
        ),
        field(
            "name",
            t("auth.name"),
            error=CLAIM.error("name"),
            hint=t("auth.nameHint"),
            default_value=_CLAIM.name,
            auto_complete="name",
            max_length=NAME_MAX,
        ),
        rx.cond(
            _CLAIM.email_verified,
            rx.el.p(t("identities.emailIs", email=email), class_name="meta"),
            email_field(CLAIM, default_value=email),
        ),
    ]


def _failed() -> rx.Component:
    return rx.el.div(
        rx.el.h1(t("identities.failedTitle")),
        rx.el.p(t_in("errors", js.value(_MODULE, "useArrival", "error", str))),
        button(t("identities.toSignIn"), class_name="wide", on_click=js.call(_MODULE, "startOver")),
        class_name="column",
    )


def _loading() -> rx.Component:
    lines = [skeleton("70%", "36px"), skeleton("40%"), skeleton("100%", "36px"), skeleton("100%", "36px")]
    return rx.el.div(*lines, class_name="column", aria_busy=True, aria_label=t("common.loading"), role="status")
