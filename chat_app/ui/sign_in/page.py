"""The page ``/sign-in``. ``?next=/path`` is the address to open afterwards."""

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import link
from chat_app.ui.components.display import notice
from chat_app.ui.components.forms import HAS_KEYBOARD, FormVars, field, form, password_field
from chat_app.ui.components.passkeys import passkey_for_code, sign_in_by_passkey
from chat_app.ui.i18n import t
from chat_app.ui.layouts.auth import along, auth_layout
from chat_app.ui.sign_in.providers import provider_buttons, providers_error
from chat_app.ui.sign_in.site_words import site_words
from chat_app.ui.sign_in.state import SignInState

FORM = FormVars("signIn", send=js.function("account/entry.js", "signIn"))


def page() -> rx.Component:
    """Return the page."""
    return auth_layout(
        rx.el.h1(t("auth.signInTitle", site=js.result("device.js", "siteName", str))),
        rx.cond(js.query("deleted", "") == "1", notice(t("auth.deleted"), role="status")),
        providers_error(),
        site_words(),
        form(
            FORM,
            field(
                "login",
                t("auth.login"),
                error=FORM.error("login"),
                auto_complete="username webauthn",
                auto_capitalize="none",
                spell_check=False,
                auto_focus=HAS_KEYBOARD,
                required=True,
                max_length=320,
            ),
            password_field(
                "password",
                t("auth.password"),
                error=FORM.error("password"),
                auto_complete="current-password",
                required=True,
                max_length=1024,
            ),
            _code(),
            submit=t("auth.signIn"),
        ),
        sign_in_by_passkey(),
        rx.el.p(link(t("auth.forgot"), href="/forgot-password"), class_name="meta"),
        provider_buttons(),
        rx.cond(SignInState.rule == "closed", None, along(t("auth.noAccount"), t("auth.signUp"), "/sign-up")),
    )


def _code() -> rx.Component:
    return rx.el.div(
        field(
            "code",
            t("auth.code"),
            error=FORM.error("code"),
            hint=t("auth.codeHint"),
            auto_complete="one-time-code",
            auto_capitalize="none",
            spell_check=False,
            max_length=100,
        ),
        passkey_for_code("field-code"),
        hidden=~js.value("account/entry.js", "useEntry", "isCodeWanted", bool),
    )
