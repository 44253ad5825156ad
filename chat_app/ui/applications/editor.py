"""The dialogs that add or change an application, and that give it another secret."""

from typing import Any, Final

import reflex as rx

from chat_app.core.applications.rules import ALGORITHMS, NAME_MAX, OAuthScope
from chat_app.ui.applications.state import ApplicationsState
from chat_app.ui.components.controls import button
from chat_app.ui.components.floating import closes, dialog, forgets, shows
from chat_app.ui.components.forms import FormVars, described, dialog_form, field
from chat_app.ui.i18n import t
from chat_app.ui.security.parts import once, shown_once

DIALOG: Final = "application"
RENEW: Final = "application-secret"
_FORM: Final = FormVars("application", state=ApplicationsState, send=ApplicationsState.save)
_CHOSEN = ApplicationsState.chosen


def editor() -> rx.Component:
    """Return the dialog of an application. Its fields are reset for each application."""
    return dialog(
        DIALOG,
        rx.cond(_CHOSEN.id == "", t("applications.add"), t("applications.editNamed", name=_CHOSEN.name)),
        _or_secret(
            dialog_form(
                _FORM,
                field(
                    "name",
                    t("applications.name"),
                    hint=t("applications.nameHint"),
                    error=_FORM.error("name"),
                    form=DIALOG,
                    default_value=_CHOSEN.name,
                    key=_CHOSEN.id,
                    required=True,
                    max_length=NAME_MAX,
                    auto_complete="off",
                ),
                _addresses("redirect_uris", t("applications.redirectUris"), _CHOSEN.redirects),
                _scopes(),
                _kinds(),
                rx.el.details(
                    rx.el.summary(t("applications.more")),
                    _addresses("logout_uris", t("applications.logoutUris"), _CHOSEN.logouts),
                    _algorithm(),
                    open=_FORM.error("logout_uris") != "",
                ),
                submit=t("common.save"),
            ),
        ),
        custom_attrs={**shows(_CHOSEN.id), **forgets()},
    )


def renewal() -> rx.Component:
    """Return the dialog that asks before a secret is replaced, and shows the new one."""
    ask = rx.el.div(
        rx.el.p(t("applications.renewHint")),
        rx.el.div(
            button(t("common.cancel"), custom_attrs=closes()),
            button(t("applications.renew"), kind="danger primary", on_click=ApplicationsState.renew_secret),
            class_name="actions",
        ),
        class_name="form",
    )
    title = t("applications.renewTitle", name=_CHOSEN.name)
    return dialog(RENEW, title, _or_secret(ask), custom_attrs={**shows(_CHOSEN.id), **forgets()})


def _or_secret(otherwise: Any) -> rx.Component:
    secret = once("token")
    shown = shown_once(t("applications.secretOnce"), t("applications.secret"), secret)
    return rx.cond(secret != "", shown, otherwise)


def _addresses(name: str, label: rx.Var[str], value: Any) -> rx.Component:
    area = rx.el.textarea(
        class_name="input",
        rows=3,
        spell_check=False,
        auto_capitalize="none",
        default_value=value,
        key=_CHOSEN.id,
        **described(name, _FORM.error(name), DIALOG),
    )
    hint = t("applications.addressesHint")
    return field(name, label, hint=hint, error=_FORM.error(name), form=DIALOG, control=area)


def _scopes() -> rx.Component:
    boxes = (
        _box("scopes", scope.value, t(f"applications.scopes.{scope.value}"), _CHOSEN.scopes.contains(scope.value))
        for scope in OAuthScope
        if scope is not OAuthScope.OPENID
    )
    return rx.el.fieldset(rx.el.legend(t("applications.mayAsk"), class_name="label"), *boxes, class_name="field checks")


def _kinds() -> rx.Component:
    public = _box("kinds", "public", t("applications.isPublic"), False)
    return rx.el.fieldset(
        rx.el.legend(t("applications.kind"), class_name="label"),
        rx.cond(_CHOSEN.id == "", public),
        _box("kinds", "trusted", t("applications.isTrusted"), _CHOSEN.trusted),
        class_name="field checks",
    )


def _box(name: str, value: str, label: rx.Var[str], checked: Any) -> rx.Component:
    return rx.el.label(
        rx.el.input(type="checkbox", name=name, value=value, default_checked=checked, key=_CHOSEN.id),
        rx.el.span(label),
    )


def _algorithm() -> rx.Component:
    select = rx.el.select(
        *(rx.el.option(each, value=each) for each in ALGORITHMS),
        default_value=_CHOSEN.signing_alg,
        key=_CHOSEN.id + _CHOSEN.signing_alg,
        class_name="input",
        **described("signing_alg", _FORM.error("signing_alg"), DIALOG),
    )
    return field(
        "signing_alg",
        t("applications.algorithm"),
        error=_FORM.error("signing_alg"),
        hint=t("applications.algorithmHint"),
        form=DIALOG,
        control=select,
    )
