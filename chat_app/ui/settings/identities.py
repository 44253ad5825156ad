"""The section of accounts elsewhere. To link one, the browser is sent to its provider, by HTTP."""

from typing import Any

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import button
from chat_app.ui.components.floating import about_field, dialog, forgets, opens
from chat_app.ui.components.forms import FormVars, dialog_form, password_field
from chat_app.ui.i18n import t
from chat_app.ui.settings.proof import code_field
from chat_app.ui.settings.state import IdentityVar, SettingsState
from chat_app.ui.settings.views import ME

_MODULE = "settings/identities.js"
_FORMS = {
    "connect": FormVars("connectIdentity", send=js.function(_MODULE, "connectIdentity")),
    "disconnect": FormVars("disconnectIdentity", state=SettingsState, send=SettingsState.disconnect),
}


class _Outcome(rx.Component):
    """Shows the outcome at the provider."""

    library = f"$/public/{_MODULE}"
    tag = "Outcome"

    identities: rx.Var[list[IdentityVar]]


def identities() -> rx.Component:
    """Return the section; nothing if the site offers no provider."""
    known = SettingsState.identities
    return rx.cond(
        known.length() > 0,
        rx.el.section(
            rx.el.h2(t("identities.title")),
            rx.el.p(t("identities.hint"), class_name="meta"),
            rx.el.ul(rx.foreach(known, _identity), class_name="identities"),
            *(_proof(action, values) for action, values in _FORMS.items()),
            _Outcome.create(identities=known),
        ),
    )


def _proof(action: str, values: FormVars) -> rx.Component:
    """Return the dialog that asks who it is, before an account is connected or disconnected."""
    password = password_field(
        "password",
        t("security.currentPassword"),
        error=values.error("password"),
        form=action,
        auto_complete="current-password",
        required=True,
        max_length=1024,
    )
    hint = rx.cond(ME.has_password, t("identities.proveHint"), t("identities.proveHintNoPassword"))
    return dialog(
        _dialog(action),
        t("identities.proveTitle"),
        dialog_form(
            values,
            rx.el.p(hint, class_name="meta"),
            about_field(),
            rx.cond(ME.has_password, password),
            code_field(values, action),
            submit=t("security.continue"),
        ),
        custom_attrs=forgets(),
    )


def _identity(identity: rx.Var[IdentityVar]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(identity.name, class_name="label"),
            rx.el.p(
                rx.cond(
                    identity.linked,
                    rx.cond(
                        identity.label != "", t("identities.linkedAs", label=identity.label), t("identities.linked")
                    ),
                    t("identities.unlinked"),
                ),
                class_name="meta",
            ),
        ),
        rx.cond(identity.linked, _opener("disconnect", identity), _opener("connect", identity)),
    )


def _opener(action: str, identity: rx.Var[Any]) -> rx.Component:
    return button(
        t(f"identities.{action}"),
        aria_label=t(f"identities.{action}Which", name=identity.name),
        custom_attrs=opens(_dialog(action), identity.id),
    )


def _dialog(action: str) -> str:
    return f"{action}-identity"
