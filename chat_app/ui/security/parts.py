"""The common parts of the security page's sections and dialogs."""

from typing import Any, Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import ButtonKind, button
from chat_app.ui.components.floating import closes, dialog, forgets
from chat_app.ui.components.forms import FormVars, dialog_form, field, password_field
from chat_app.ui.components.passkeys import passkey_for_code
from chat_app.ui.i18n import t
from chat_app.ui.security.account import OwnAccountVar
from chat_app.ui.security.state import SecurityState

ACCOUNT: OwnAccountVar = SecurityState.account  # type: ignore[assignment]
_SENDS: Final[dict[str, Any]] = {
    "changeEmail": SecurityState.change_email,
    "changePassword": SecurityState.set_password,
    "beginTwoFactor": SecurityState.begin_factor,
    "confirmTwoFactor": SecurityState.confirm_factor,
    "endTwoFactor": SecurityState.end_factor,
    "newCodes": SecurityState.renew_codes,
    "newToken": SecurityState.make_token,
    "beginPasskey": SecurityState.begin_passkey,
    "addPasskey": SecurityState.keep_passkey,
    "renamePasskey": SecurityState.rename_passkey,
    "removePasskey": SecurityState.drop_passkey,
}


def once(name: str) -> rx.Var[str]:
    """Return a secret that is shown once: ``secret``, ``qr``, ``codes`` or ``token``; "" if there is none."""
    return js.value("security/once.js", "useOnce", name, str).to(str)


def section(title: rx.Var[str], *children: Any) -> rx.Component:
    """Return a part of the page."""
    return rx.el.section(rx.el.h2(title), *children)


def proven(dialog_id: str, name: str, title: rx.Var[str], *fields: rx.Component, **more: Any) -> rx.Component:
    """Return a dialog with the form ``name``, which asks for the password again, and for a code if the person has an
    authenticator.
    """
    return dialog(dialog_id, title, proven_form(name, *fields, **more), custom_attrs=forgets())


def proven_form(
    name: str, *fields: rx.Component, submit: rx.Var[str], hint: Any = None, kind: ButtonKind = "primary"
) -> rx.Component:
    """Return the form of :func:`proven`."""
    values = form_vars(name)
    return dialog_form(
        values,
        *([rx.el.p(hint, class_name="meta")] if hint is not None else []),
        *fields,
        rx.cond(
            ACCOUNT.has_password,
            password_field(
                "password",
                t("security.currentPassword"),
                error=values.error("password"),
                form=name,
                auto_complete="current-password",
                required=True,
                max_length=1024,
            ),
        ),
        rx.cond(
            ACCOUNT.two_factor,
            rx.fragment(code_field(name, t("security.currentCode")), passkey_for_code(f"{name}-code")),
        ),
        submit=submit,
        kind=kind,
    )


def code_field(name: str, label: rx.Var[str], **props: Any) -> rx.Component:
    """Return the field for a code in the form ``name``."""
    return field(
        "code",
        label,
        error=form_vars(name).error("code"),
        form=name,
        auto_complete="one-time-code",
        auto_capitalize="none",
        spell_check=False,
        required=True,
        max_length=100,
        **props,
    )


def shown_once(hint: rx.Var[str], label: rx.Var[str], text: rx.Var[str]) -> rx.Component:
    """Return a secret that is not shown again, to be copied."""
    return rx.el.div(
        rx.el.p(hint),
        rx.el.pre(text, class_name="secret", tab_index=0, role="textbox", aria_label=label, aria_readonly=True),
        rx.el.div(
            button(t("security.copy"), on_click=js.call("components/copy.js", "copyAndSay", text)),
            button(t("security.done"), kind="primary", custom_attrs=closes()),
            class_name="actions",
        ),
        class_name="form",
    )


def form_vars(name: str) -> FormVars:
    """Return the browser's values of a form."""
    return FormVars(name, state=SecurityState, send=_SENDS[name])
