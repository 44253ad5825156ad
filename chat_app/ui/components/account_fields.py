"""The fields by which an account is known, wherever a form asks for them."""

from typing import Any

import reflex as rx

from chat_app.core.auth.rules import PASSWORD_MIN
from chat_app.ui.components.forms import FormVars, field, password_field
from chat_app.ui.i18n import t


def email_field(form_vars: FormVars, label: rx.Var[str] | None = None, **props: Any) -> rx.Component:
    """Return the field for an email address; ``props`` are passed to :func:`field`."""
    return field(
        "email",
        t("auth.email") if label is None else label,
        error=form_vars.error("email"),
        type="email",
        auto_complete="email",
        required=True,
        max_length=320,
        **props,
    )


def new_password_field(form_vars: FormVars, label: rx.Var[str], name: str = "password", **props: Any) -> rx.Component:
    """Return the field for a new password; ``props`` are passed to :func:`password_field`."""
    return password_field(
        name,
        label,
        error=form_vars.error(name),
        hint=t("auth.passwordHint", minimum=PASSWORD_MIN),
        auto_complete="new-password",
        required=True,
        max_length=1024,
        **props,
    )
