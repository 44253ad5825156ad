"""The pages ``/forgot-password``, ``/reset-password`` and ``/verify-email``. Links have a token behind the #."""

from typing import Any

import reflex as rx

from chat_app.ui.components.account_fields import email_field, new_password_field
from chat_app.ui.components.controls import button, link, link_button
from chat_app.ui.components.display import notice
from chat_app.ui.components.forms import HAS_KEYBOARD, FormVars, form
from chat_app.ui.i18n import t, t_in
from chat_app.ui.layouts.auth import auth_layout
from chat_app.ui.mailed.state import MailedState

_FORGOT = FormVars("forgot", state=MailedState, send=MailedState.ask)
_RESET = FormVars("reset", state=MailedState, send=MailedState.reset_password)


def forgot_password() -> rx.Component:
    """Return the page on which one asks for a link."""
    email = email_field(_FORGOT, auto_focus=HAS_KEYBOARD)
    return auth_layout(
        rx.match(
            MailedState.status,
            ("sent", _words("auth.forgotSent")),
            rx.el.div(
                _words("auth.forgot"), form(_FORGOT, email, submit=t("auth.forgotSend")), class_name="column loose"
            ),
        ),
        rx.el.p(link(t("auth.toSignIn"), href="/sign-in"), class_name="meta"),
    )


def reset_password() -> rx.Component:
    """Return the page on which one sets a new password."""
    password = new_password_field(_RESET, t("auth.newPassword"), auto_focus=HAS_KEYBOARD)
    return auth_layout(
        rx.match(
            MailedState.status,
            ("done", _words("auth.resetDone", _wide("auth.signIn", "/sign-in"))),
            ("invalid", _words("auth.linkInvalid", _wide("auth.forgotSend", "/forgot-password"))),
            rx.el.div(
                _words("auth.reset"), form(_RESET, password, submit=t("auth.resetSave")), class_name="column loose"
            ),
        )
    )


def verify_email() -> rx.Component:
    """Return the page on which one confirms an address. It takes a click, since mail scanners follow links."""
    error = MailedState.error
    return auth_layout(
        rx.match(
            MailedState.status,
            ("done", _words("auth.verifyDone", _wide("auth.toHome", "/"))),
            ("invalid", _words("auth.linkInvalid", _wide("security.title", "/settings/security"))),
            _words(
                "auth.verify",
                rx.cond(error != "", notice(t_in("errors", error), kind="red", role="alert")),
                button(
                    t("auth.verifyDo"),
                    kind="primary",
                    class_name="wide",
                    on_click=MailedState.verify,
                ),
            ),
        )
    )


def _words(key: str, *more: Any) -> rx.Component:
    return rx.el.div(
        rx.el.h1(t(f"{key}Title")), rx.el.p(t(f"{key}Hint"), class_name="meta"), *more, class_name="column"
    )


def _wide(key: str, path: str) -> rx.Component:
    return link_button(t(key), href=path, kind="primary", class_name="wide")
